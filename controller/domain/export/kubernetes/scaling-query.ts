/** What autoscalers of Kubernetes may know of each signal, as PromQL. Pure. */
import type { SignalName } from '../../spec/autoscale.ts'
import type { DeploymentSpec } from '../../spec/schema.ts'
import { engineMetrics } from './engine-metrics.ts'
import { isGang } from './gang.ts'
import type { ExportOptions } from './names.ts'

/** Utilisation of a GPU in percent, with the pod that has it, by NVIDIA's dcgm-exporter. */
export const gpuUtilizationMetric = 'DCGM_FI_DEV_GPU_UTIL'

/** Over this long rates and quantiles are taken. */
const range = '[1m]'

export interface ScalingQuery {
  readonly query: string
  readonly threshold: number
  /** Of all pods together, to be shared by them; or of one as it is. */
  readonly per: 'sum' | 'pod'
}

/** The series that the PodMonitor brings. Without a namespace those of any. */
export const seriesOf = ({ name }: DeploymentSpec, { namespace }: ExportOptions): string =>
  namespace === '' ? `{job=~".+/${name}"}` : `{job="${namespace}/${name}"}`

/** Whether the exporter's labels are kept or renamed is a setting of its monitor, so both are asked for. */
const gpusOf = (spec: DeploymentSpec, { namespace }: ExportOptions): string => {
  const pods = isGang(spec) ? `${spec.name}-[0-9]+(-[0-9]+)?` : `${spec.name}-[a-z0-9]{6,}-[a-z0-9]+`
  const within = (prefix: string) =>
    `${gpuUtilizationMetric}{${namespace === '' ? '' : `${prefix}namespace="${namespace}",`}${prefix}pod=~"${pods}"}`
  return `${within('exported_')} or ${within('')}`
}

/** Undefined for a signal that is not asked for, or of which the engine says nothing. */
export const scalingQuery = (spec: DeploymentSpec, signal: SignalName, options: ExportOptions): ScalingQuery | undefined => {
  const signals = spec.autoscale?.signals ?? {}
  const metrics = engineMetrics[spec.engine.preset]
  const series = seriesOf(spec, options)
  const of = (threshold: number | undefined, metric: string | undefined, per: ScalingQuery['per'], query: (metric: string) => string) =>
    threshold === undefined || metric === undefined ? undefined : { query: query(metric), threshold, per }
  const asked: Readonly<Record<SignalName, ScalingQuery | undefined>> = {
    waiting: of(signals.waiting, metrics?.waiting, 'sum', (metric) => `sum(${metric}${series})`),
    kvCache: of(signals.kvCache, metrics?.kvCache, 'pod', (metric) => `avg(${metric}${series})`),
    tokensPerSecond: of(signals.tokensPerSecond, metrics?.generatedTokens, 'sum', (metric) => `sum(rate(${metric}${series}${range}))`),
    gpuUtilization: of(signals.gpuUtilization, gpuUtilizationMetric, 'pod', () => `avg(${gpusOf(spec, options)}) / 100`),
    // Where nobody asked for anything there is no quantile: that is no trouble, and not the same as no figures.
    ttft: of(signals.ttft && signals.ttft.targetMs / 1000, metrics?.ttft, 'pod', (metric) => {
      const quantile = `histogram_quantile(${signals.ttft?.quantile}, sum by (le) (rate(${metric}_bucket${series}${range})))`
      return `(${quantile} >= 0) or 0 * sum(${metric}_count${series})`
    }),
  }
  return asked[signal]
}

/** 1 while engines work on anything, 0 while they do not. */
export const busyQuery = (spec: DeploymentSpec, options: ExportOptions): string | undefined => {
  const metrics = engineMetrics[spec.engine.preset]
  const series = seriesOf(spec, options)
  return metrics && `sum(${metrics.running}${series} + ${metrics.waiting}${series}) > bool 0`
}
