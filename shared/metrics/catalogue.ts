import { agentMetrics } from './catalogue/agent.ts'
import { controllerMetrics } from './catalogue/controller.ts'
import { gatewayMetrics } from './catalogue/gateway.ts'
import { gpuMetrics } from './catalogue/gpu.ts'
import { hostMetrics } from './catalogue/host.ts'
import { containerMetrics, engineMetrics } from './catalogue/replica.ts'
import type { Metric } from './metric.ts'

/** The rooms of the vocabulary, in the order of docs/metrics.md. */
export const rooms = {
  gpu: { title: 'GPUs', served: 'agent', metrics: gpuMetrics },
  host: { title: 'Host', served: 'agent', metrics: hostMetrics },
  container: { title: 'Containers', served: 'agent', metrics: containerMetrics },
  engine: { title: 'Engines', served: 'agent', metrics: engineMetrics },
  agent: { title: 'Agent', served: 'agent', metrics: agentMetrics },
  controller: { title: 'Controller', served: 'controller', metrics: controllerMetrics },
  gateway: { title: 'Gateway', served: 'gateway', metrics: gatewayMetrics },
} as const

/** Every metric of agents and the controller by its name. docs/metrics.md is held equal to this table by a test. */
export const catalogue = {
  ...gpuMetrics,
  ...hostMetrics,
  ...containerMetrics,
  ...engineMetrics,
  ...agentMetrics,
  ...controllerMetrics,
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof catalogue
/** The name of one series: of its metric, or, of a histogram, with what tells its parts apart. */
export type SeriesName = MetricName | `${MetricName}_${'bucket' | 'sum' | 'count'}`

const described = new Map<string, { readonly metric: MetricName; readonly labels: readonly string[] }>()
for (const [name, { type, labels }] of Object.entries(catalogue) as [MetricName, Metric][]) {
  if (type !== 'histogram') described.set(name, { metric: name, labels })
  else {
    described.set(`${name}_bucket`, { metric: name, labels: [...labels, 'le'] })
    for (const part of ['sum', 'count']) described.set(`${name}_${part}`, { metric: name, labels })
  }
}

/** The metric that a series belongs to and the names of its labels; undefined for a name that is not of the vocabulary. */
export const describeSeries = (name: string): { readonly metric: MetricName; readonly labels: readonly string[] } | undefined =>
  described.get(name)
