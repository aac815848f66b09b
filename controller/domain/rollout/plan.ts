/** One deployment, brought one step nearer to its target revision and its number of replicas. Pure. */

import type { FleetDraft } from '../fleet/draft.ts'
import { drainProgress, retire, stopDrained } from '../fleet/drain.ts'
import { isLeaving } from '../fleet/leaving.ts'
import { isInTouch, isReported, seenOf } from '../fleet/readiness.ts'
import { isGang } from '../gang/members.ts'
import type { Revision, Unplaced } from '../model.ts'
import { Verdicts } from '../placement/plan.ts'
import { settleCanary } from './canary.ts'
import { byAge, type Census, censusOf, excessOld, leavingFirst, missingOfShare, missingOld, oldestFirst, unreadyFirst } from './census.ts'
import { createReplica, revivable, revive } from './create.ts'
import { settleDeadline } from './deadline.ts'
import { moveLeaving, retireLeaving } from './move.ts'
import { preempt } from './preempt.ts'
import { settleRevision } from './settle.ts'
import { beginSwap, createSuccessor } from './swap.ts'

/** What is left to say once everything that can be done is done. */
export interface RolloutOutcome {
  readonly unplaced?: Unplaced | undefined
  /** What an in-place swap waits for. */
  readonly swapWaits?: string | undefined
  /** Why the target revision does not come up, when there is nothing to go back to. */
  readonly failure?: string | undefined
  /** What would give a place to those that are to leave their host, when there is none elsewhere. */
  readonly unmoved?: string | undefined
  /** What a canary waits for. */
  readonly canaryWaits?: string | undefined
}

export const planRollout = (draft: FleetDraft, name: string): RolloutOutcome => {
  finishDrains(draft, name)
  if (draft.deployment(name)?.deleting) {
    remove(draft, name)
    return {}
  }
  replaceFailed(draft, name)
  const unfit = settleRevision(draft, name)
  const canary = unfit === undefined ? settleCanary(draft, name) : {}
  const failure = unfit ?? canary.failure
  const canaryWaits = canary.waits
  retireSurplus(draft, name)
  retireLeaving(draft, name)
  takeBack(draft, name)
  const unplaced = createMissing(draft, name)
  const unmoved = moveOut(draft, name)
  if (draft.deployment(name)?.paused) return { unplaced, failure, unmoved, canaryWaits }
  retireOld(draft, name)
  const outcome = { unplaced, failure, unmoved, canaryWaits, swapWaits: unplaced && swap(draft, name) }
  return failure === undefined ? { ...outcome, failure: settleDeadline(draft, name, outcome) } : outcome
}

/** Drained replicas stop; the GPUs of one that was swapped go to its successor in the same breath. */
const finishDrains = (draft: FleetDraft, name: string): void => {
  for (const assignment of draft.assignmentsOf(name)) {
    if (assignment.stage !== 'draining') continue
    const spec = draft.revision(name, assignment.revision)?.spec
    const progress = drainProgress(assignment, draft.state, spec?.update.drainTimeoutMs ?? 0, draft.nowUnixMs)
    if (progress === 'waiting') continue
    stopDrained(draft, assignment, progress)
    const census = censusOf(draft, name)
    if (assignment.drainCause === 'swap' && census !== undefined && !census.deployment.paused && missingOf(census) > 0) {
      createSuccessor(draft, census.target, assignment)
    }
  }
}

const remove = (draft: FleetDraft, name: string): void => {
  for (const assignment of draft.assignmentsOf(name)) {
    if (assignment.stage === 'starting' || assignment.stage === 'serving') retire(draft, assignment, 'delete')
  }
  // A lost one outlives its deployment, so that its id is not given away before its host has come back and removed it.
  if (draft.assignmentsOf(name).some(({ stage }) => stage !== 'lost')) return
  draft.deleteDeployment(name)
  draft.addEvent('info', 'DeploymentDeleted', `deployment/${name}`, 'every replica is gone')
}

/** An agent that gave up does not try again by itself; a replica of a new id is a new try, perhaps elsewhere. Gangs start anew by themselves. */
const replaceFailed = (draft: FleetDraft, name: string): void => {
  for (const assignment of draft.assignmentsOf(name)) {
    if (isGang(assignment) || (assignment.stage !== 'starting' && assignment.stage !== 'serving')) continue
    const { host, status } = seenOf(assignment, draft.state)
    const waitedMs = draft.nowUnixMs - assignment.stageSinceUnixMs
    if (isInTouch(host) && status?.phase === 'failed' && waitedMs >= draft.settings.failedRetryMs) retire(draft, assignment, 'failed')
  }
}

/** More than wanted: the last come goes first. What a rollout has beyond the wanted number while it is paused it may keep. */
const retireSurplus = (draft: FleetDraft, name: string): void => {
  const census = censusOf(draft, name)
  if (census === undefined) return
  const { deployment, fresh, live, old, target, want, wantFresh } = census
  const surge = fresh.length > 0 && old.length > 0 ? target.spec.update.maxSurge : 0
  // Those that are to leave their host go once others serve in their place, and count for nothing here.
  const candidates = (deployment.paused ? live : fresh).filter((one) => !census.isLeaving(one))
  const surplus = candidates.length - (deployment.paused ? want + surge : wantFresh)
  if (surplus <= 0) return
  for (const assignment of unreadyFirst(census, byAge(candidates).toReversed()).slice(0, surplus)) retire(draft, assignment, 'scale')
}

/** A replica that drains and is wanted after all (scaled up again, rolled back) serves on. */
const takeBack = (draft: FleetDraft, name: string): void => {
  const census = censusOf(draft, name)
  if (census === undefined) return
  let missing = census.wantFresh - census.fresh.length
  for (const assignment of census.draining) {
    if (missing <= 0 || assignment.revision !== census.target.number || census.isLeaving(assignment)) continue
    if (assignment.drainCause === 'preempted' || !isReported(seenOf(assignment, draft.state))) continue
    draft.setStage(assignment, 'serving')
    draft.addEvent('info', 'ReplicaKept', `replica/${assignment.id}`, 'is wanted again and serves on')
    missing -= 1
  }
}

/**
 * Creates what is missing, within what the surge allows; says what found no place. What serves already comes before what is on trial, and only what
 * neither of them makes good is stood in for: a deployment that is scaled up while its canary begins would else start a replica beside it that has to go
 * when the canary serves.
 */
const createMissing = (draft: FleetDraft, name: string): Unplaced | undefined => {
  const unplaced = createStable(draft, name, missingOfShare)
  if (unplaced !== undefined) return unplaced
  const census = censusOf(draft, name)
  const untried = census && create(draft, census, revisionToCreate(draft, census), missingOf(census))
  return createStable(draft, name, missingOld) ?? untried
}

/** Beside a canary. */
const createStable = (draft: FleetDraft, name: string, missing: (census: Census) => number): Unplaced | undefined => {
  const census = censusOf(draft, name)
  return census?.canary && create(draft, census, census.canary.stable, missingStableOf(census, missing(census)))
}

const create = (draft: FleetDraft, census: Census, revision: Revision, missing: number): Unplaced | undefined => {
  const { name } = census.deployment
  const verdicts = new Verdicts()
  for (let created = 0; created < missing; created++) {
    const returned = census.lost.length === 0 ? undefined : revivable(draft, censusOf(draft, name)?.lost ?? [], revision.number)
    if (returned !== undefined) {
      revive(draft, returned)
      continue
    }
    const placement = createReplica(draft, revision, { verdicts })
    if (!placement.placed)
      return preempt(draft, name, { count: missing - created, hosts: placement.hosts, suggestion: placement.suggestion })
  }
  return undefined
}

const moveOut = (draft: FleetDraft, name: string): string | undefined => {
  if (!draft.assignmentsOf(name).some((one) => isLeaving(one, draft.state))) return undefined
  const census = censusOf(draft, name)
  // Beside a canary that goes on, what leaves is missing.
  if (census === undefined || (census.canary && !census.deployment.paused)) return undefined
  return moveLeaving(draft, name, census.canary?.stable ?? revisionToCreate(draft, census))
}

/** A paused rollout replaces nothing, but what is lost it makes anew, of the revision that serves. */
const revisionToCreate = (draft: FleetDraft, { deployment, fresh, old, target }: Census): Revision => {
  const newestOld = Math.max(0, ...old.map(({ revision }) => revision))
  if (!deployment.paused || fresh.length > 0 || newestOld === 0) return target
  return draft.revision(deployment.name, newestOld) ?? target
}

/** What there may be beyond what is there: the surge counts everything that still holds GPUs and serves or will. */
const room = ({ target, want, live, draining }: Census): number => want + target.spec.update.maxSurge - live.length - draining.length

/** Replicas beside a canary that are gone, or that scaling asks for; while paused as many as there are too few of all. */
const missingStableOf = (census: Census, missing: number): number => {
  const { canary, deployment, want, wantFresh, live, fresh, old } = census
  if (canary === undefined) return 0
  if (!deployment.paused) return Math.min(missing, room(census))
  return Math.min(want - live.length, fresh.length === 0 ? want : want - wantFresh - old.length)
}

const missingOf = (census: Census): number => {
  const { canary, deployment, want, wantFresh, live, fresh, old } = census
  const missing = deployment.paused ? Math.min(want - live.length, canary ? wantFresh - fresh.length : want) : wantFresh - fresh.length
  return old.length === 0 && canary === undefined ? missing : Math.min(missing, room(census))
}

/**
 * Replicas of older revisions go as far as availability allows. Those that serve nobody go first, so what may still go after them is exactly
 * what is ready beyond want - maxUnavailable. One that never served costs nothing, and may hold the very GPUs that are waited for.
 */
const retireOld = (draft: FleetDraft, name: string): void => {
  const before = censusOf(draft, name)
  for (const assignment of before?.canary ? [] : (before?.old ?? [])) {
    if (assignment.stage === 'starting') retire(draft, assignment, 'rollout')
  }
  const census = censusOf(draft, name)
  if (census === undefined || census.old.length === 0) return
  const { deployment, target, want, live, fresh } = census
  const beyond = live.length > want + target.spec.update.maxSurge
  const cause = beyond ? 'scale' : isRollback(deployment.name, draft, target) ? 'rollback' : 'rollout'
  const leastReady = Math.max(0, want - target.spec.update.maxUnavailable)
  const notYet = fresh.filter((replica) => !census.isReady(replica)).length
  const removable = Math.min(excessOld(census), Math.max(0, live.length - leastReady - notYet))
  for (const assignment of unreadyFirst(census, leavingFirst(census, oldestFirst(census))).slice(0, removable))
    retire(draft, assignment, cause)
}

const isRollback = (name: string, draft: FleetDraft, target: Revision): boolean =>
  draft.revisions(name).some(({ number, state }) => number > target.number && state === 'failed')

/** Returns what the swap waits for. */
const swap = (draft: FleetDraft, name: string): string | undefined => {
  const census = censusOf(draft, name)
  if (census === undefined || excessOld(census) === 0 || census.target.spec.update.strategy !== 'auto') return undefined
  return beginSwap(draft, census)
}
