import type { Instance, InstanceIdentity, InstanceState } from '../../../agent/runtime/runtime.ts'
import type { ReplicaSpec } from '../../../shared/fleet/replica.ts'

/** How an engine behaves; a revision says so in its environment. */
export const behaviours = ['good', 'never-loads', 'crashes', 'warm-fails', 'crashes-later', 'stubborn'] as const
export type Behaviour = (typeof behaviours)[number]

export const behaviourOf = (spec: ReplicaSpec): Behaviour => behaviours.find((one) => one === spec.env.BEHAVIOUR) ?? 'good'

/** A container with an engine in it, as it truly is. */
export interface Engine {
  readonly id: string
  readonly identity: InstanceIdentity
  readonly spec: ReplicaSpec
  /** On which machine, by its id. */
  readonly pid: number
  readonly behaviour: Behaviour
  state: InstanceState
  startedUnixMs: number
  /** It answers its health path with 200. */
  loaded: boolean
  /** It answers nobody, and lives. */
  hangs: boolean
  /** A stop was asked of it and it has not ended. */
  stopping: boolean
  exitCode: number | undefined
  oomKilled: boolean
  /** It still holds its GPUs: from its start until the driver has let go of its last process. */
  holdsGpus: boolean
  /** No container of it is left, though its processes may hold their GPUs a moment longer. */
  removed: boolean
  /** Driver and nvidia-smi show it on its GPUs. */
  shown: boolean
  /** Requests of clients that it works on, by number. */
  readonly requests: Map<number, (ok: boolean) => void>
  readonly log: string[]
}

export const instanceOf = (engine: Engine): Instance => ({
  runtime: 'docker',
  id: engine.id,
  identity: engine.identity,
  state: engine.state,
  ...(engine.state === 'running' ? { pid: engine.pid } : {}),
  startedUnixMs: engine.startedUnixMs,
  ...(engine.exitCode === undefined ? {} : { exitCode: engine.exitCode }),
  oomKilled: engine.oomKilled,
  warnings: [],
})
