/** What a replica should be (spec) and what it is (status); plain data that both sides of the wire share. */
import type { TuningProfile } from '../tuning/profile.ts'

export type RuntimeName = 'docker' | 'exec'
export type MemlockPolicy = 'auto' | 'require' | 'off'
export type PullPolicy = 'missing' | 'always' | 'never'
export type OnPartition = 'keep' | 'stop'
/** What the agent does about a diagnosed CUDA OOM: tell, or take one concrete step and remember what held. */
export type OnOom = 'report' | 'adjust'

/** never: a member of a gang, which the controller starts anew as one. */
export type Restart = 'auto' | 'never'

export interface Probe {
  /** Empty: there is none, and what runs is ready. */
  readonly path: string
  readonly intervalMs: number
  readonly timeoutMs: number
  /** Consecutive failures of a ready replica before it counts as unhealthy. */
  readonly failures: number
}

/** One real request to the engine before clients' traffic is sent to it. An empty path means none. */
export interface WarmProbe {
  readonly path: string
  readonly bodyJson: string
  readonly timeoutMs: number
}

export interface ReplicaSpec {
  readonly id: string
  readonly deployment: string
  readonly revision: number
  readonly runtime: RuntimeName
  readonly image: string
  /** Empty: the image's own entrypoint. */
  readonly command: readonly string[]
  /** `{{address}} {{port}} {{apiKey}} {{modelPath}}` are filled in by the agent, here and in env. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly gpuUuids: readonly string[]
  /** 0: the agent takes a free one and keeps it. */
  readonly port: number
  readonly modelName: string
  /** On the host; mounted read-only at mountPath. Empty: the engine needs no model files. */
  readonly modelPath: string
  readonly mountPath: string
  readonly memoryRequestMiB: number
  /** 0: no limit. */
  readonly memoryLimitMiB: number
  readonly shmMiB: number
  readonly memlock: MemlockPolicy
  readonly pull: PullPolicy
  readonly health: Probe
  readonly warm: WarmProbe
  /** Secret: never logged, never in a status. */
  readonly apiKey: string
  readonly metricsPath: string
  /** Between SIGTERM and SIGKILL. */
  readonly stopGraceMs: number
  /** From the start of the engine until its health path answers. */
  readonly loadTimeoutMs: number
  readonly onPartition: OnPartition
  /** The preset: what the engine's log and flags mean. */
  readonly engine: string
  readonly onOom: OnOom
  /** Whether an engine that ended is started again; auto unless given. */
  readonly restart?: Restart | undefined
  /** Ports beside its own that must be free at its start, such as the one where a gang meets. */
  readonly reservedPorts?: readonly number[] | undefined
}

/** Everything a host should be. The generation only grows. */
export interface HostSpec {
  readonly generation: number
  readonly replicas: readonly ReplicaSpec[]
  /** Absent: the host is left as it is. */
  readonly tuning?: TuningProfile | undefined
  /** Cron expression in the host's time. Empty: the agent's own setting. */
  readonly diagnosisSchedule: string
}

/**
 * blocked: preflight says that the launch would fail; retried when the host changes.
 * unhealthy: was ready, its health path fails now. backoff: exited, waits for its next start.
 * failed: will not be started again without a new spec.
 */
export const replicaPhases = [
  'pending',
  'blocked',
  'pulling',
  'starting',
  'loading',
  'probing',
  'ready',
  'unhealthy',
  'backoff',
  'failed',
  'stopping',
] as const
export type ReplicaPhase = (typeof replicaPhases)[number]

export type Severity = 'info' | 'warning' | 'error'

/** One thing preflight found, with what to do about it. */
export interface Finding {
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly remedy: string
}

/** One flag of an engine that the agent changed because its memory did not suffice. */
export interface Adjustment {
  readonly flag: string
  /** Empty: it was not given. */
  readonly from: string
  readonly to: string
  /** Code of the finding that led to it. */
  readonly cause: string
  readonly atUnixMs: number
  /** The replica became ready with it and stayed so. */
  readonly held: boolean
}

export interface ReplicaStatus {
  readonly id: string
  readonly deployment: string
  readonly revision: number
  readonly phase: ReplicaPhase
  /** Catalogue code, empty when all is well. */
  readonly reason: string
  /** For people: what was seen and what to do. */
  readonly message: string
  /** `address:port` once known, else empty. */
  readonly endpoint: string
  readonly restarts: number
  /** When this phase began. */
  readonly sinceUnixMs: number
  readonly exitCode?: number | undefined
  readonly oomKilled: boolean
  readonly lastLogLines: readonly string[]
  /** Container id or process group. */
  readonly instanceId: string
  readonly warnings: readonly string[]
  readonly gpuUuids: readonly string[]
  readonly progressPercent: number
  readonly preflight: readonly Finding[]
  /** When backing off; 0 otherwise. */
  readonly nextAttemptUnixMs: number
  /** What the agent changed after an OOM, oldest first. */
  readonly adjustments: readonly Adjustment[]
}
