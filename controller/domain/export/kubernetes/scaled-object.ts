/** For what Kubernetes' own autoscaler has no way: quantiles and rates, schedules, no replica at all. https://keda.sh */
import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject'
import type { Autoscale, SignalName } from '../../spec/autoscale.ts'
import type { DeploymentSpec } from '../../spec/schema.ts'
import { type ExportOptions, metadataOf, secondsOf, targetOf } from './names.ts'
import { behaviorOf } from './scaling-behavior.ts'
import { busyQuery, scalingQuery } from './scaling-query.ts'

type Trigger = IScaledObject['spec']['triggers'][number]

interface Asked {
  readonly query: string
  readonly threshold: number
  /** Nothing is taken away on figures that are not there; of pods that need not be there, no figures are 0. */
  readonly missing: 'error' | 'zero'
}

const prometheus = (
  { prometheusUrl }: ExportOptions,
  metricType: 'AverageValue' | 'Value',
  { query, threshold, missing }: Asked,
): Trigger => ({
  type: 'prometheus',
  metricType,
  metadata: {
    serverAddress: prometheusUrl,
    query,
    threshold: String(threshold),
    ignoreNullValues: missing === 'zero' ? 'true' : 'false',
  },
})

const signalTriggers = (spec: DeploymentSpec, { signals }: Autoscale, options: ExportOptions): readonly Trigger[] =>
  (Object.keys(signals) as SignalName[]).flatMap((signal) => {
    const asked = scalingQuery(spec, signal, options)
    return asked === undefined ? [] : [prometheus(options, asked.per === 'sum' ? 'AverageValue' : 'Value', { ...asked, missing: 'error' })]
  })

/** They ask for one replica, and keep it while it works. */
const wakeTriggers = (spec: DeploymentSpec, options: ExportOptions): readonly Trigger[] => {
  const busy = busyQuery(spec, options)
  return [`(${options.wakeQuery}) > bool 0`, ...(busy === undefined ? [] : [busy])].map((query) =>
    prometheus(options, 'AverageValue', { query, threshold: 1, missing: 'zero' }),
  )
}

/** Without figures of what is asked for in front of the pods, nothing would wake it. */
export const maySleep = ({ min }: Autoscale, { wakeQuery }: ExportOptions): boolean => min === 0 && wakeQuery !== ''

export const scaledObjectOf = (spec: DeploymentSpec, autoscale: Autoscale, options: ExportOptions): IScaledObject => {
  const sleeps = maySleep(autoscale, options)
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: metadataOf(spec, options),
    spec: {
      scaleTargetRef: targetOf(spec),
      minReplicaCount: sleeps ? 0 : Math.max(1, autoscale.min),
      maxReplicaCount: autoscale.max,
      pollingInterval: 15,
      ...(sleeps ? { cooldownPeriod: secondsOf(autoscale.idleMs) } : {}),
      advanced: { horizontalPodAutoscalerConfig: { behavior: behaviorOf(autoscale) } },
      triggers: [
        ...signalTriggers(spec, autoscale, options),
        ...(sleeps ? wakeTriggers(spec, options) : []),
        ...autoscale.schedules.map(
          ({ start, end, timeZone, min }): Trigger => ({
            type: 'cron',
            metadata: { timezone: timeZone, start, end, desiredReplicas: String(min) },
          }),
        ),
      ],
    },
  }
}
