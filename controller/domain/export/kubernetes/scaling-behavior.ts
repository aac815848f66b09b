import type { IHorizontalPodAutoscalerBehavior } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscalerBehavior'
import type { Autoscale } from '../../spec/autoscale.ts'

/** Bounds of autoscaling/v2, in seconds. */
const longestWindow = 3_600
const longestPeriod = 1_800

type Steps = Autoscale['scaleOut']

const seconds = (ms: number): number => Math.ceil(ms / 1000)

const rulesOf = ({ stabilizationMs, maxStep, everyMs }: Steps) => ({
  stabilizationWindowSeconds: Math.min(longestWindow, seconds(stabilizationMs)),
  policies: [{ type: 'Pods', value: maxStep, periodSeconds: Math.min(longestPeriod, Math.max(1, seconds(everyMs))) }],
})

/** Windows and steps of both ways. */
export const behaviorOf = ({ scaleOut, scaleIn }: Autoscale): IHorizontalPodAutoscalerBehavior => ({
  scaleUp: rulesOf(scaleOut),
  scaleDown: rulesOf(scaleIn),
})

/** Windows that are longer than Kubernetes allows, each with what it became. */
export const shortened = ({ scaleOut, scaleIn }: Autoscale): readonly string[] =>
  Object.entries({ scaleOut, scaleIn }).flatMap(([name, { stabilizationMs, everyMs }]) => [
    ...(seconds(stabilizationMs) > longestWindow
      ? [`autoscale.${name}.stabilization: cut to an hour, the longest that Kubernetes allows`]
      : []),
    ...(seconds(everyMs) > longestPeriod ? [`autoscale.${name}.every: cut to half an hour, the longest that Kubernetes allows`] : []),
  ])
