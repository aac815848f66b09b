import type { ErrorCode } from '../../shared/errors/catalogue.ts'
import type { RuntimeName } from '../../shared/fleet/replica.ts'
import { type BackoffPolicy, backoffMs, restartBackoff, restartDelayMs, restartForgiveMs } from '../../shared/lifecycle/backoff.ts'
import { afterHolding, type OomMemory } from './oom/memory.ts'

/** Why an engine ended, or could not begin. */
export interface Failure {
  readonly code: ErrorCode
  /** For people: what was seen and what to do. */
  readonly message: string
  readonly exitCode?: number | undefined
  readonly oomKilled: boolean
  /** The last lines it wrote. */
  readonly logLines: readonly string[]
}

/** How the engine under care answers. condemned: it must be stopped and started anew; unusable: stopped for good. */
export type Health =
  | { readonly kind: 'loading' | 'probing' | 'ready' | 'unhealthy'; readonly message: string }
  | { readonly kind: 'condemned' | 'unusable'; readonly code: ErrorCode; readonly message: string }

/** The running instance that is watched. */
export interface Care {
  readonly instanceId: string
  readonly health: Health
  /** When it first became ready (monotonic). */
  readonly readySinceMs: number | undefined
}

export interface PullMemory {
  readonly failures: number
  readonly nextAttemptMs: number
  /** Empty: the last one did not fail. */
  readonly error: string
  readonly done: boolean
}

/** What the agent remembers of one replica's content; times are monotonic milliseconds. */
export interface ReplicaMemory {
  readonly specHash: string
  /** What runs it; absent in what agents of before remembered. */
  readonly runtime?: RuntimeName | undefined
  /** Kept over restarts; 0: none yet. */
  readonly port: number
  readonly launches: number
  /** In a row, without a long healthy time between. */
  readonly crashes: number
  readonly nextAttemptMs: number
  readonly lastFailure?: Failure | undefined
  /** It will not be started again without a new spec. */
  readonly terminal?: Failure | undefined
  readonly care?: Care | undefined
  /** The instance that was last seen ready; a later agent finds it so without a new warm probe. */
  readonly readyId: string
  /** The ended instance whose exit is already accounted for. */
  readonly recordedId: string
  readonly pull: PullMemory
  readonly pullPercent: number
  /** Absent: it never ran out of GPU memory. */
  readonly oom?: OomMemory | undefined
}

export interface RestartPolicy {
  /** Before the second and later restarts in a row; the first comes at once. */
  readonly backoff: BackoffPolicy
  readonly pullBackoff: BackoffPolicy
  /** An engine that became ready so long before its end makes earlier crashes forgotten. */
  readonly forgiveMs: number
  /** An engine that is ready for so long with a change after an OOM has shown that it holds. */
  readonly holdMs: number
}

export const defaultRestartPolicy: RestartPolicy = {
  backoff: restartBackoff,
  pullBackoff: { firstMs: 5_000, factor: 2, capMs: 300_000 },
  forgiveMs: restartForgiveMs,
  holdMs: 600_000,
}

export const freshMemory = (specHash: string): ReplicaMemory => ({
  specHash,
  port: 0,
  launches: 0,
  crashes: 0,
  nextAttemptMs: 0,
  readyId: '',
  recordedId: '',
  pull: { failures: 0, nextAttemptMs: 0, error: '', done: false },
  pullPercent: 0,
})

const counted = (memory: ReplicaMemory, failure: Failure, nowMs: number, policy: RestartPolicy): ReplicaMemory => {
  const readySinceMs = memory.care?.readySinceMs
  const forgiven = readySinceMs !== undefined && nowMs - readySinceMs >= policy.forgiveMs
  const crashes = (forgiven ? 0 : memory.crashes) + 1
  return { ...memory, crashes, nextAttemptMs: nowMs + restartDelayMs(crashes, policy.backoff), lastFailure: failure, care: undefined }
}

/** The running engine was found unusable: no further start without a new spec. */
export const afterGiveUp = (memory: ReplicaMemory): ReplicaMemory => {
  const health = memory.care?.health
  if (health?.kind !== 'unusable') return memory
  return { ...memory, terminal: { code: health.code, message: health.message, oomKilled: false, logLines: [] } }
}

/** The instance ended. */
export const afterExit = (
  memory: ReplicaMemory,
  instanceId: string,
  failure: Failure,
  nowMs: number,
  policy: RestartPolicy,
): ReplicaMemory => {
  const { terminal } = memory
  if (terminal)
    return {
      ...memory,
      terminal: { ...terminal, logLines: failure.logLines },
      lastFailure: failure,
      care: undefined,
      recordedId: instanceId,
    }
  return { ...counted(memory, failure, nowMs, policy), recordedId: instanceId }
}

/** What is to be done about an OOM: with something changed the next start is due at once, and one that can only end alike is none. */
export const afterOomExit = (
  memory: ReplicaMemory,
  oom: OomMemory,
  { changed, giveUp }: { readonly changed: boolean; readonly giveUp: boolean },
  nowMs: number,
): ReplicaMemory => ({
  ...memory,
  oom,
  ...(changed ? { crashes: 1, nextAttemptMs: nowMs } : {}),
  ...(giveUp ? { terminal: memory.lastFailure } : {}),
})

/** How long an engine must still be ready until what was changed for it counts as holding; undefined when nothing waits for that. */
export const holdsInMs = ({ oom, care }: ReplicaMemory, nowMs: number, { holdMs }: RestartPolicy): number | undefined => {
  const waits = oom !== undefined && (oom.atStart > 0 || oom.taken.some(({ held }) => !held))
  return waits && care?.health.kind === 'ready' && care.readySinceMs !== undefined
    ? Math.max(0, care.readySinceMs + holdMs - nowMs)
    : undefined
}

/** An engine that was ready for so long has shown that what was changed for it holds. */
export const withHolding = (memory: ReplicaMemory, nowMs: number, policy: RestartPolicy): ReplicaMemory =>
  memory.oom && holdsInMs(memory, nowMs, policy) === 0 ? { ...memory, oom: afterHolding(memory.oom) } : memory

/** A running instance comes under care; one that was ready when it was last seen still counts as such. */
export const afterAdopt = (memory: ReplicaMemory, instanceId: string, port: number, nowMs: number): ReplicaMemory => {
  const ready = memory.readyId === instanceId
  const readySinceMs = memory.care?.instanceId === instanceId ? memory.care.readySinceMs : ready ? nowMs : undefined
  return {
    ...memory,
    port,
    launches: Math.max(1, memory.launches),
    care: { instanceId, health: { kind: ready ? 'ready' : 'loading', message: '' }, readySinceMs },
  }
}

export const afterLaunch = (memory: ReplicaMemory, port: number): ReplicaMemory => ({ ...memory, launches: memory.launches + 1, port })

export const afterLaunchFailure = (memory: ReplicaMemory, failure: Failure, nowMs: number, policy: RestartPolicy): ReplicaMemory =>
  counted({ ...memory, launches: memory.launches + 1 }, failure, nowMs, policy)

export const afterPull = (memory: ReplicaMemory, error: string, nowMs: number, policy: RestartPolicy): ReplicaMemory => {
  const failures = error === '' ? 0 : memory.pull.failures + 1
  const nextAttemptMs = error === '' ? 0 : nowMs + backoffMs(failures - 1, policy.pullBackoff)
  return { ...memory, pull: { failures, nextAttemptMs, error, done: error === '' }, pullPercent: 0 }
}

/** What the watch of an instance reports; a report about another instance than the one under care is late and changes nothing. */
export const withHealth = (memory: ReplicaMemory, instanceId: string, health: Health, nowMs: number): ReplicaMemory => {
  const { care } = memory
  if (care?.instanceId !== instanceId) return memory
  const readySinceMs = care.readySinceMs ?? (health.kind === 'ready' ? nowMs : undefined)
  const readyId = health.kind === 'ready' ? instanceId : memory.readyId
  return { ...memory, readyId, care: { instanceId, health, readySinceMs } }
}
