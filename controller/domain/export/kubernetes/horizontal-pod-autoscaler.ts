import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler'
import type { IMetricSpec } from 'kubernetes-models/autoscaling/v2/MetricSpec'
import type { Autoscale, ScaleSignals, SignalName } from '../../spec/autoscale.ts'
import type { DeploymentSpec } from '../../spec/schema.ts'
import { engineMetrics } from './engine-metrics.ts'
import { type ExportOptions, metadataOf, targetOf } from './names.ts'
import { behaviorOf } from './scaling-behavior.ts'
import { gpuUtilizationMetric } from './scaling-query.ts'

/** Signals that a gauge of each pod shows: no quantile, no rate. */
export const gaugeSignals: ReadonlySet<SignalName> = new Set(['waiting', 'kvCache', 'gpuUtilization'])

/** As Kubernetes writes numbers: 0.8 is 800m. */
const quantity = (value: number): string => (Number.isInteger(value) ? String(value) : `${Math.max(1, Math.round(value * 1000))}m`)

const targets = ({ waiting, kvCache, gpuUtilization }: ScaleSignals, spec: DeploymentSpec): readonly (readonly [string, number])[] => {
  const metrics = engineMetrics[spec.engine.preset]
  return [
    ...(waiting === undefined || metrics === undefined ? [] : [[metrics.waiting, waiting] as const]),
    ...(kvCache === undefined || metrics?.kvCache === undefined ? [] : [[metrics.kvCache, kvCache] as const]),
    ...(gpuUtilization === undefined ? [] : [[gpuUtilizationMetric, gpuUtilization * 100] as const]),
  ]
}

/** Gauges that the custom metrics API must have, of pods. */
export const gaugesOf = (spec: DeploymentSpec): readonly string[] => targets(spec.autoscale?.signals ?? {}, spec).map(([metric]) => metric)

export const horizontalPodAutoscalerOf = (
  spec: DeploymentSpec,
  autoscale: Autoscale,
  options: ExportOptions,
): IHorizontalPodAutoscaler => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: metadataOf(spec, options),
  spec: {
    scaleTargetRef: targetOf(spec),
    minReplicas: autoscale.min,
    maxReplicas: autoscale.max,
    metrics: targets(autoscale.signals, spec).map(
      ([name, target]): IMetricSpec => ({
        type: 'Pods',
        pods: { metric: { name }, target: { type: 'AverageValue', averageValue: quantity(target) } },
      }),
    ),
    behavior: behaviorOf(autoscale),
  },
})
