/**
 * The controller's own facts, all of it plain data. What users want (deployments, revisions), what was decided (assignments)
 * and what was seen (hosts). Only the first two are stored; what was seen is reported again after a restart.
 */

import type { Symptom } from '../../shared/diagnosis/catalogue/network-mesh.ts'
import type { Inventory } from '../../shared/fleet/inventory.ts'
import type { ReplicaStatus } from '../../shared/fleet/replica.ts'
import type { GpuUsage } from '../../shared/fleet/usage.ts'
import type { Edit } from './edit.ts'
import type { Taint } from './hosts/taints.ts'
import type { RolloutStep } from './rollout/step.ts'
import type { Canary, CanaryFigures } from './rollout/trial.ts'
import type { DeploymentSpec } from './spec/schema.ts'
import type { HostTuning } from './tuning/wanted.ts'

export interface Deployment {
  readonly name: string
  /** The revision that replicas should run. Undo and automatic rollback point it back to an older one. */
  readonly targetRevision: number
  /** The newest revision that has served with all its replicas; where an automatic rollback goes. 0: none yet. */
  readonly lastGoodRevision: number
  readonly replicas: number
  readonly paused: boolean
  readonly deleting: boolean
  /** Numbers replica ids; only grows. */
  readonly nextReplica: number
  readonly createdUnixMs: number
  /** When the current rollout began; for its progress deadline. */
  readonly rolloutStartedUnixMs: number
  /** The last change that a person made; absent: none since it was created by an older controller. */
  readonly edit?: Edit | undefined
  /** When it was given replicas after it had none, until the first of them serves. */
  readonly wokenUnixMs?: number | undefined
  /** Absent when every replica is to run the target revision. */
  readonly canary?: Canary | undefined
}

export type RevisionState = 'current' | 'superseded' | 'failed'

export interface Revision {
  readonly deployment: string
  readonly number: number
  readonly spec: DeploymentSpec
  readonly createdUnixMs: number
  readonly author: string
  readonly state: RevisionState
  /** Why it failed, or what made it. */
  readonly message: string
}

/**
 * starting: in the host's spec, no traffic yet. serving: gateways send to it. draining: gateways finish what they have.
 * stopping: out of the host's spec, waiting for the agent to say that it is gone. lost: its host was silent past lease and grace;
 * replaced elsewhere; gone when its host returns and says so.
 */
export type Stage = 'starting' | 'serving' | 'draining' | 'stopping' | 'lost'

export type DrainCause = 'rollout' | 'swap' | 'scale' | 'delete' | 'rollback' | 'host' | 'taint' | 'preempted' | 'failed'

/** One further host of a gang: what was decided for it. Rank 0, the leader, is the assignment itself. */
export interface GangMember {
  /** Such as `ds-7-r1`; what its agent reports it by. */
  readonly id: string
  readonly rank: number
  readonly hostId: string
  readonly gpuUuids: readonly string[]
  readonly memoryMiB: number
}

/** One start of a gang. All members are told the same, and a new start is another one for each of them. */
export interface GangRun {
  /** Counts the starts, from 1. */
  readonly attempt: number
  /** By rank; the network interface is empty where the inventory does not show it. */
  readonly addresses: readonly string[]
  readonly interfaces: readonly string[]
  /** Where rank 0 waits for the others. */
  readonly port: number
  /** In a row, without a long healthy time between. */
  readonly crashes: number
  /** When all members were first seen ready in this start; 0: not yet. */
  readonly readySinceUnixMs: number
  /** A member failed: all are out of their hosts' specs until none is left anywhere and the backoff is over. */
  readonly down?: GangDown | undefined
}

export interface GangDown {
  readonly sinceUnixMs: number
  readonly nextStartUnixMs: number
  /** Which member failed, and why. */
  readonly reason: string
}

/** One replica: what was decided. On one host, or, as a gang, on as many more as it has workers. */
export interface Assignment {
  readonly id: string
  readonly deployment: string
  readonly revision: number
  readonly hostId: string
  readonly gpuUuids: readonly string[]
  readonly memoryMiB: number
  readonly stage: Stage
  /** When the stage was entered. */
  readonly stageSinceUnixMs: number
  readonly createdUnixMs: number
  /** Why it was drained or stopped; kept when its host is lost meanwhile. */
  readonly drainCause?: DrainCause | undefined
  /** The membership version that first showed this replica as draining; 0 until one did. */
  readonly drainVersion: number
  /** The last endpoint its agent reported, kept so that a restarted controller can route before the agent is back. */
  readonly endpoint: string
  readonly apiKey: string
  /** Hosts where preflight blocked this replica's predecessors; it is not placed there again. */
  readonly avoidHostIds?: readonly string[] | undefined
  /** The members of a gang beside its leader, ascending by rank, each on a host of its own. Use membersOf for all of them. */
  readonly workers?: readonly GangMember[] | undefined
  /** Present with workers. */
  readonly gang?: GangRun | undefined
}

/** What is stored of a host. */
export interface HostRecord {
  readonly id: string
  readonly name: string
  readonly machineId: string
  readonly createdUnixMs: number
  readonly cordoned: boolean
  /** As hostler taint has put them on it; as the planners see it, also those of the host's document and its groups. */
  readonly taints?: readonly Taint[] | undefined
  /** Wished until somebody uncordons the host; a host that drains is cordoned, too. */
  readonly drain?: HostDrain | undefined
  readonly revoked: boolean
  readonly labels: Readonly<Record<string, string>>
  /** The last generation handed out; only grows, stored before it is sent. */
  readonly generation: number
  /** What measurements of the network keep off this host; the expired ones count for nothing. */
  readonly quarantines?: readonly HostQuarantine[] | undefined
}

/** The wish that nothing of ours runs on a host. */
export interface HostDrain {
  readonly sinceUnixMs: number
  /** Who wishes it. */
  readonly by: string
  /** Replicas leave without waiting for others to serve in their place. */
  readonly force: boolean
  /** When nothing was left there; absent until then. */
  readonly doneUnixMs?: number | undefined
}

export interface HostQuarantine {
  /** The name of the host that this one must not be in a gang with; empty: any. */
  readonly peer: string
  /** all: no new replica at all. gangs: none that spans hosts. */
  readonly scope: 'all' | 'gangs'
  readonly symptom: Symptom
  readonly reason: string
  readonly untilUnixMs: number
}

/**
 * connected: its lease is valid. silent: lease over, grace running. lost: past lease and grace.
 * unknown: not heard of since the controller started, and still within lease and grace of that start.
 */
export type HostPresence = 'connected' | 'silent' | 'lost' | 'unknown'

/** A host as the planners see it. */
export interface HostView {
  readonly record: HostRecord
  readonly presence: HostPresence
  /** How long its lease has been over; absent while it holds one. */
  readonly leaseOverMs?: number | undefined
  /** Absent until its agent reported. */
  readonly inventory?: Inventory | undefined
  readonly address: string
  /** That its agent speaks; absent until it connected. */
  readonly protocol?: number | undefined
  /** What the agent runs, by replica id. Kept as last reported while the host is silent. */
  readonly replicas: ReadonlyMap<string, ReplicaStatus>
  /** True once the agent sent a full status in its present session: only then does absence mean gone. */
  readonly synced: boolean
  /** A spec that it was sent is not answered: what it was to run by the one before it may only now begin, so absence means nothing yet. */
  readonly specPending?: boolean | undefined
  readonly gpus: ReadonlyMap<string, GpuUsage>
  /** Absent: no profile is wanted and the agent has said nothing of tuning. */
  readonly tuning?: HostTuning | undefined
  /** What keeps new replicas off it at this moment. */
  readonly quarantine?: HostQuarantine | undefined
}

/** A gateway as the planners see it. */
export interface GatewayView {
  readonly id: string
  readonly connected: boolean
  /** The membership version that it said it applied. */
  readonly ackedVersion: number
  /** Requests in flight by replica id. */
  readonly outstanding: ReadonlyMap<string, number>
}

/** Everything a plan is made from. */
export interface FleetState {
  readonly deployments: ReadonlyMap<string, Deployment>
  /** By deployment name, ascending by number. */
  readonly revisions: ReadonlyMap<string, readonly Revision[]>
  readonly assignments: ReadonlyMap<string, Assignment>
  readonly hosts: ReadonlyMap<string, HostView>
  readonly gateways: readonly GatewayView[]
  /** By deployment, of those whose canary serves. */
  readonly canaries?: ReadonlyMap<string, CanaryFigures> | undefined
  /** Frozen by the mass-failure brake: no evictions. */
  readonly frozen: boolean
}

export type EventLevel = 'info' | 'warning' | 'error'

export interface EventDraft {
  readonly level: EventLevel
  /** CamelCase word that scripts can match, such as ReplicaReady. */
  readonly reason: string
  /** `deployment/NAME`, `replica/ID`, `host/NAME`, `gateway/ID` */
  readonly subject: string
  readonly message: string
}

/** Why one host cannot take a replica. */
export interface HostRejection {
  readonly hostId: string
  readonly hostName: string
  readonly code:
    | 'lost'
    | 'silent'
    | 'cordoned'
    | 'quarantined'
    | 'no-gpus'
    | 'gpu-problem'
    | 'gpus-taken'
    | 'gpu-memory'
    | 'gpu-model'
    | 'memory'
    | 'labels'
    | 'group'
    | 'taint'
    | 'anti-affinity'
    | 'profile'
    | 'spread'
    | 'runtime'
    | 'model-path'
    | 'blocked'
    | 'port'
    | 'revoked'
    | 'multi-host'
  readonly message: string
}

/** Replicas that have no place, and the smallest change that would give them one. */
export interface Unplaced {
  readonly count: number
  readonly hosts: readonly HostRejection[]
  readonly suggestion: string
}

export type DeploymentState = 'ready' | 'progressing' | 'canary' | 'pending' | 'degraded' | 'failed' | 'paused' | 'rolled-back' | 'deleting'

/** What the planner says of a deployment; computed afresh, never stored. */
export interface DeploymentReport {
  readonly name: string
  readonly state: DeploymentState
  readonly message: string
  readonly ready: number
  readonly updated: number
  readonly steps?: readonly RolloutStep[] | undefined
  readonly unplaced?: Unplaced | undefined
}

/** What still keeps a replica on a host that it is to leave. */
export interface LeavingReplica {
  readonly id: string
  /** For people, to be read after the replica's name. */
  readonly message: string
}

/** What a plan decides. Applied in order, stored in one transaction before anything is sent. */
export type Change =
  | { readonly kind: 'putDeployment'; readonly deployment: Deployment }
  | { readonly kind: 'deleteDeployment'; readonly name: string }
  | { readonly kind: 'putRevision'; readonly revision: Revision }
  | { readonly kind: 'putAssignment'; readonly assignment: Assignment }
  | { readonly kind: 'deleteAssignment'; readonly id: string }
  | { readonly kind: 'putHost'; readonly host: HostRecord }
  | { readonly kind: 'deleteHost'; readonly id: string }
  | { readonly kind: 'addEvent'; readonly event: EventDraft; readonly atUnixMs: number }

export interface FleetPlan {
  readonly changes: readonly Change[]
  readonly reports: ReadonlyMap<string, DeploymentReport>
  /** By host id, for each host that drains: what is left there, by age. Nothing: it is drained, as far as is known. */
  readonly drains: ReadonlyMap<string, readonly LeavingReplica[]>
}
