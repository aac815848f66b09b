import type { RuntimeInfo } from '../../shared/fleet/inventory.ts'
import type { ReplicaSpec, RuntimeName } from '../../shared/fleet/replica.ts'

/** Who an instance is. Kept with the instance itself (container labels, or a record on disk), so that any later agent can adopt it. */
export interface InstanceIdentity {
  readonly hostId: string
  readonly deployment: string
  readonly revision: number
  readonly replicaId: string
  readonly generation: number
  /** Where its engine listens. */
  readonly address: string
  readonly port: number
  readonly specHash: string
  readonly gpuUuids: readonly string[]
  /** Between SIGTERM and SIGKILL, also when the spec is long gone. */
  readonly stopGraceMs: number
}

/** created: made, but never started. */
export type InstanceState = 'created' | 'running' | 'exited'

/** One container or process group, as its runtime shows it. */
export interface Instance {
  readonly runtime: RuntimeName
  /** Container id, or the id of a supervised process group. */
  readonly id: string
  readonly identity: InstanceIdentity
  readonly state: InstanceState
  /** Of the main process, in the host's numbering. */
  readonly pid?: number | undefined
  readonly startedUnixMs: number
  readonly exitCode?: number | undefined
  /** Only when the engine, the cgroup or the kernel's log says so. */
  readonly oomKilled: boolean
  readonly warnings: readonly string[]
}

/** RuntimeInfo, and what preflight wants to know besides. */
export interface RuntimeFacts extends RuntimeInfo {
  /** Where images are kept; absent when it cannot be seen. */
  readonly imageDiskFreeMiB?: number | undefined
  /** Why memlock can or cannot be raised, for people. */
  readonly memlockEvidence: string
}

export interface LaunchRequest {
  readonly identity: InstanceIdentity
  readonly spec: ReplicaSpec
}

export interface LogOptions {
  /** The last so many lines first; 0: none of the past. */
  readonly tailLines: number
  readonly follow: boolean
  /** Each line begins with its time, where the runtime keeps it. */
  readonly timestamps: boolean
}

export interface RuntimeEvent {
  /** resync: events may have been missed, look at everything again. */
  readonly kind: 'exited' | 'resync'
  readonly instanceId: string
}

/** How a program ended that was run inside an instance. */
export type InsideRun =
  /** output is stdout and stderr as they came. */
  | { readonly kind: 'exited'; readonly code: number; readonly output: string }
  /** There is no such program inside. */
  | { readonly kind: 'absent' }
  /** It did not end in its time and was killed, or an earlier one did not and is still there. */
  | { readonly kind: 'late' }
  | { readonly kind: 'refused'; readonly message: string }

/**
 * A way to run inference engines. Every call has a deadline of its own; all throw HostlerError, RUNTIME_UNAVAILABLE when the
 * engine cannot be reached. Only instances of one host id are ever listed, stopped or removed.
 */
export interface Runtime {
  readonly name: RuntimeName
  /** Never rejects: what is wrong stands in `problem`. */
  info(): Promise<RuntimeFacts>
  list(): Promise<readonly Instance[]>
  /** Whether the image, or for exec the program, is on the host. */
  hasArtifact(spec: ReplicaSpec): Promise<boolean>
  /** Throws IMAGE_MISSING. Percent is of all layers known so far. */
  pull(image: string, onPercent: (percent: number) => void, signal: AbortSignal): Promise<void>
  /** Throws LAUNCH_FAILED or MEMLOCK_UNAVAILABLE; leaves nothing behind then. */
  launch(request: LaunchRequest): Promise<Instance>
  /** SIGTERM, grace, SIGKILL; resolves when no process is left. An instance that is gone is no error. */
  stop(instance: Instance, graceMs: number): Promise<void>
  remove(instance: Instance): Promise<void>
  /** Ends at the end of the log, or, when following, when the instance ends or the signal aborts. */
  logs(instance: Instance, options: LogOptions, signal: AbortSignal): AsyncIterable<Buffer>
  /** Runs a program as the engine in the instance would. Never rejects. Absent: what runs here has no inside. */
  runInside?(instance: Instance, command: readonly string[], deadlineMs: number, signal: AbortSignal): Promise<InsideRun>
  /** Begins with a resync, reconnects by itself, and ends when the signal aborts. */
  events(signal: AbortSignal): AsyncIterable<RuntimeEvent>
}
