/**
 * The fleet as the command line shows it. These are the shapes of `-o json` and `-o yaml`, documented in docs/cli.md: plain
 * data, units in names, times in Unix milliseconds.
 */
import type { Inventory } from '../../../shared/fleet/inventory.ts'
import type { Adjustment } from '../../../shared/fleet/replica.ts'
import type { HostUsage } from '../../../shared/fleet/usage.ts'
import type { HostSummary } from '../../domain/hosts/summary.ts'
import type { Deployment } from './deployment.ts'

export interface Host {
  readonly name: string
  readonly id: string
  readonly address: string
  /** ready, cordoned, draining, drained, silent, lost, or unknown: not heard of since the controller started. */
  readonly state: string
  readonly cordoned: boolean
  readonly taints: readonly { readonly key: string; readonly value: string; readonly effect: string }[]
  /** Absent: it is not being drained. */
  readonly drain?: HostDrain | undefined
  readonly lastSeenMsAgo: number
  readonly agentVersion: string
  readonly labels: Readonly<Record<string, string>>
  readonly groups: readonly string[]
  /** The tuning profile that it is to have; empty: none. */
  readonly profile: string
  /** Who says so, such as `group gpus`. */
  readonly profileFrom: string
  /** Why no profile can be applied, such as groups that disagree; empty when all is well. */
  readonly profileProblem: string
  readonly specGeneration: number
  readonly ackedGeneration: number
  readonly gpusHeld: number
  readonly gpuHolders: readonly { readonly gpuUuid: string; readonly replicaId: string }[]
  /** In listings for people, in place of the inventory. */
  readonly summary?: HostSummary | undefined
  /** Absent until the agent reported. */
  readonly inventory?: Inventory | undefined
  readonly usage?: HostUsage | undefined
  /** How far the host is along with its profile; absent for an agent that does not tune. */
  readonly tuning?: HostTuning | undefined
}

export interface HostDrain {
  readonly sinceUnixMs: number
  readonly by: string
  readonly force: boolean
  /** 0: not yet. */
  readonly doneUnixMs: number
  /** Replicas that are still there, with what each waits for. */
  readonly left: readonly { readonly id: string; readonly message: string }[]
}

export interface HostTuning {
  readonly profile: string
  readonly digest: string
  /** none, pending, applied, partial, drifted or failed. */
  readonly state: string
  /** Settings that do not hold. */
  readonly differing: readonly string[]
  readonly message: string
  readonly checkedUnixMs: number
}

export interface Gpu {
  readonly host: string
  readonly hostState: string
  readonly index: number
  readonly uuid: string
  readonly model: string
  readonly pciBusId: string
  readonly memoryMiB: number
  readonly memoryUsedMiB?: number | undefined
  readonly utilizationPercent?: number | undefined
  readonly temperatureC?: number | undefined
  readonly powerW?: number | undefined
  /** Empty: no replica holds it. */
  readonly replica: string
  readonly foreignProcesses: readonly { readonly pid: number; readonly name: string; readonly memoryMiB?: number | undefined }[]
}

export interface Finding {
  readonly code: string
  readonly severity: string
  readonly message: string
  readonly remedy: string
}

export interface Replica {
  readonly id: string
  readonly deployment: string
  readonly revision: number
  readonly hostId: string
  readonly host: string
  /** run, drain, stop or lost: what the controller wants of it. */
  readonly intent: string
  /** Gateways send to it. */
  readonly routed: boolean
  readonly outstandingRequests: number
  /** What its agent last reported: pending, blocked, pulling, starting, loading, probing, ready, unhealthy, backoff, failed, stopping. */
  readonly phase: string
  readonly phaseSinceUnixMs: number
  /** Error code, empty when all is well. */
  readonly reason: string
  readonly message: string
  readonly endpoint: string
  readonly restarts: number
  readonly exitCode?: number | undefined
  readonly oomKilled: boolean
  readonly progressPercent: number
  /** 0: no start is waited for. */
  readonly nextAttemptUnixMs: number
  readonly gpuUuids: readonly string[]
  readonly createdUnixMs: number
  readonly instanceId: string
  readonly warnings: readonly string[]
  readonly preflight: readonly Finding[]
  /** What its agent changed after an OOM, oldest first. */
  readonly adjustments: readonly Adjustment[]
  readonly lastLogLines: readonly string[]
  /** The members of a gang beside its leader, which the fields above tell of; empty for a replica on one host. */
  readonly workers: readonly Worker[]
  readonly gang?: Gang | undefined
}

export interface Worker {
  readonly id: string
  readonly rank: number
  readonly hostId: string
  readonly host: string
  readonly phase: string
  readonly reason: string
  readonly message: string
  readonly gpuUuids: readonly string[]
  readonly lastLogLines: readonly string[]
}

export interface Gang {
  /** Counts the starts. */
  readonly attempt: number
  /** In a row. */
  readonly crashes: number
  /** Where its members meet. */
  readonly leaderAddress: string
  readonly leaderPort: number
  /** Why its members are stopped, to be started again together; empty while they run. */
  readonly downReason: string
  readonly nextStartUnixMs: number
}

export interface Gateway {
  readonly name: string
  readonly id: string
  readonly address: string
  readonly connected: boolean
  readonly snapshotVersion: number
}

export interface Fleet {
  readonly hosts: readonly Host[]
  readonly deployments: readonly Deployment[]
  readonly replicas: readonly Replica[]
  readonly gateways: readonly Gateway[]
  /** The controller's clock, against which ages are counted. */
  readonly nowUnixMs: number
  /** Since when the mass-failure brake keeps lost replicas from being replaced; 0: it does not. */
  readonly frozenSinceUnixMs: number
  /** Why a restored controller changes nothing; empty: it does. */
  readonly held: string
  /** Why the controller cannot write what it decides, such as a full disk; empty: it can. */
  readonly stalled: string
}

export interface FleetEvent {
  readonly id: number
  readonly atUnixMs: number
  /** info, warning or error. */
  readonly level: string
  readonly reason: string
  /** Such as `deployment/ds7b` or `host/gpu-1`. */
  readonly subject: string
  readonly message: string
}

export interface RevisionEntry {
  readonly revision: number
  /** current, superseded or failed; canary and stable while a canary is on trial. */
  readonly state: string
  readonly createdUnixMs: number
  readonly author: string
  readonly message: string
  readonly spec: unknown
}
