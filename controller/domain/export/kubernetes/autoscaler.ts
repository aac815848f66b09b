/** Which autoscaler a deployment gets: Kubernetes' own where that can do it, KEDA's where not. Pure. */
import type { Autoscale, SignalName } from '../../spec/autoscale.ts'
import type { DeploymentSpec } from '../../spec/schema.ts'
import { gaugeSignals, gaugesOf, horizontalPodAutoscalerOf } from './horizontal-pod-autoscaler.ts'
import type { ExportOptions } from './names.ts'
import { maySleep, scaledObjectOf } from './scaled-object.ts'
import { shortened } from './scaling-behavior.ts'
import { gpuUtilizationMetric, scalingQuery } from './scaling-query.ts'

export interface ExportedAutoscaler {
  readonly documents: readonly { readonly apiVersion: string; readonly kind: string }[]
  readonly needs: readonly string[]
  readonly notes: readonly string[]
}

const signalsOf = ({ signals }: Autoscale): readonly SignalName[] => Object.keys(signals) as SignalName[]

const needsOfGpus = (gauges: boolean): string =>
  gauges
    ? `dcgm-exporter, scraped with honorLabels so that ${gpuUtilizationMetric} carries the pod that has the GPU`
    : `dcgm-exporter, scraped by that Prometheus`

/** No document where the spec has no `autoscale`, or where nothing of it can be told to Kubernetes. */
export const autoscalerOf = (spec: DeploymentSpec, options: ExportOptions): ExportedAutoscaler => {
  const { autoscale } = spec
  if (autoscale === undefined) return { documents: [], needs: [], notes: [] }
  const known = signalsOf(autoscale).filter((signal) => scalingQuery(spec, signal, options) !== undefined)
  const unknown = signalsOf(autoscale).filter((signal) => !known.includes(signal))
  const notes = unknown.map((signal) => `autoscale.signals.${signal}: no metric of ${spec.engine.preset} is known that tells it`)
  if (known.length === 0 && autoscale.schedules.length === 0)
    return { documents: [], needs: [], notes: [...notes, `autoscale: nothing is left to scale by; replicas stays ${spec.replicas}`] }
  const own = autoscale.min > 0 && autoscale.schedules.length === 0 && known.every((signal) => gaugeSignals.has(signal))
  const gpus = known.includes('gpuUtilization')
  return {
    documents: [own ? horizontalPodAutoscalerOf(spec, autoscale, options) : scaledObjectOf(spec, autoscale, options)],
    needs: [
      own
        ? `a custom metrics API such as prometheus-adapter that has ${gaugesOf(spec).join(' and ')} of pods`
        : `KEDA, and a Prometheus at ${options.prometheusUrl} (--prometheus) that reads the PodMonitor`,
      ...(gpus ? [needsOfGpus(own)] : []),
    ],
    notes: [
      ...notes,
      ...shortened(autoscale),
      ...(known.includes('waiting') ? ['autoscale.signals.waiting: counts what waits in engines; nothing waits in front of them'] : []),
      ...(autoscale.min === 0 && !maySleep(autoscale, options)
        ? ['autoscale.min 0: stays 1, since no pod could say that somebody asks; --wake-query says it from what stands in front of them']
        : []),
      ...(!own && options.namespace === ''
        ? [`autoscale: without --namespace the queries count every deployment ${spec.name}, in whatever namespace`]
        : []),
    ],
  }
}
