/** Replicas that span nodes: all pods of one start, fail and go together. https://lws.sigs.k8s.io */
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec'
import type { DeploymentSpec } from '../../spec/schema.ts'
import { type ExportOptions, metadataOf } from './names.ts'
import { podOf } from './pod.ts'

/** The part of leaderworkerset.x-k8s.io/v1 that is used; no package has its types. */
export interface LeaderWorkerSet {
  readonly apiVersion: 'leaderworkerset.x-k8s.io/v1'
  readonly kind: 'LeaderWorkerSet'
  readonly metadata: ReturnType<typeof metadataOf>
  readonly spec: {
    /** Groups. */
    readonly replicas?: number
    readonly startupPolicy: 'LeaderCreated' | 'LeaderReady'
    readonly rolloutStrategy: {
      readonly type: 'RollingUpdate'
      readonly rollingUpdateConfiguration: { readonly maxSurge: number; readonly maxUnavailable: number }
    }
    readonly leaderWorkerTemplate: {
      /** Pods of a group, its leader included. */
      readonly size: number
      readonly restartPolicy: 'RecreateGroupOnPodRestart' | 'RecreateGroupAfterStart' | 'None'
      readonly leaderTemplate: IPodTemplateSpec
      readonly workerTemplate: IPodTemplateSpec
    }
  }
}

/** Only leaders answer requests. The set puts these labels on its pods. */
export const leaderLabels = ({ name }: DeploymentSpec): Record<string, string> => ({
  'leaderworkerset.sigs.k8s.io/name': name,
  'leaderworkerset.sigs.k8s.io/worker-index': '0',
})

/** @param scaled an autoscaler sets the number of groups */
export const leaderWorkerSetOf = (spec: DeploymentSpec, options: ExportOptions, scaled: boolean): LeaderWorkerSet => ({
  apiVersion: 'leaderworkerset.x-k8s.io/v1',
  kind: 'LeaderWorkerSet',
  metadata: metadataOf(spec, options),
  spec: {
    ...(scaled ? {} : { replicas: spec.replicas }),
    startupPolicy: 'LeaderCreated',
    rolloutStrategy: {
      type: 'RollingUpdate',
      rollingUpdateConfiguration: { maxSurge: spec.update.maxSurge, maxUnavailable: spec.update.maxUnavailable },
    },
    leaderWorkerTemplate: {
      size: spec.parallelism.hosts,
      restartPolicy: 'RecreateGroupOnPodRestart',
      leaderTemplate: podOf(spec, options, 'leader'),
      workerTemplate: podOf(spec, options, 'worker'),
    },
  },
})
