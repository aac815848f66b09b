import type { ReplicaSpec } from '../../shared/fleet/replica.ts'
import type { Instance, InstanceIdentity } from '../runtime/runtime.ts'

interface Target {
  /** At most one step per replica is ever under way. */
  readonly replicaId: string
}

/** Puts a running instance under care: its health is watched from now on. */
export interface AdoptStep extends Target {
  readonly kind: 'adopt'
  readonly spec: ReplicaSpec
  readonly instance: Instance
}

export interface PullStep extends Target {
  readonly kind: 'pull'
  readonly spec: ReplicaSpec
}

export interface LaunchStep extends Target {
  readonly kind: 'launch'
  readonly spec: ReplicaSpec
  readonly identity: InstanceIdentity
}

export interface StopStep extends Target {
  readonly kind: 'stop'
  readonly instance: Instance
  readonly graceMs: number
}

/** Stops an engine that was found unusable while it ran; it is not started again without a new spec. */
export interface GiveUpStep extends Target {
  readonly kind: 'give-up'
  readonly spec: ReplicaSpec
  readonly instance: Instance
}

/** Only for an instance that does not run. */
export interface RemoveStep extends Target {
  readonly kind: 'remove'
  readonly instance: Instance
}

/** Accounts for an end: exit code, last lines, and when the next start is due. */
export interface RecordExitStep extends Target {
  readonly kind: 'record-exit'
  readonly spec: ReplicaSpec
  readonly instanceId: string
  /** undefined: somebody removed it. */
  readonly instance: Instance | undefined
}

export type Step = AdoptStep | PullStep | LaunchStep | StopStep | GiveUpStep | RemoveStep | RecordExitStep

/** One function per kind of step: a new kind does not compile until it can be executed. The signal aborts when its end is no longer wanted. */
export type Executors = { readonly [K in Step['kind']]: (step: Extract<Step, { kind: K }>, signal: AbortSignal) => Promise<void> }

/** What a step under way takes from everybody else. */
export interface Busy {
  readonly kind: Step['kind']
  readonly gpuUuids: readonly string[]
  /** 0: none. */
  readonly port: number
}

export const busyWith = (step: Step): Busy => {
  if (step.kind === 'launch') return { kind: step.kind, gpuUuids: step.spec.gpuUuids, port: step.identity.port }
  if (step.kind === 'pull' || !step.instance) return { kind: step.kind, gpuUuids: [], port: 0 }
  const { gpuUuids, port } = step.instance.identity
  return { kind: step.kind, gpuUuids, port }
}
