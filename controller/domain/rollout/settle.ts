/** What the replicas say about their revision: it is good, or it has failed and goes back. Pure. */
import type { FleetDraft } from '../fleet/draft.ts'
import { isInTouch, type Seen, seenOf } from '../fleet/readiness.ts'
import { isGang } from '../gang/members.ts'
import type { Assignment, Revision, RevisionState } from '../model.ts'
import { type Census, censusOf } from './census.ts'
import { type CreateOptions, createReplica, findPlace } from './create.ts'
import { failureOf, isBlocked } from './failure.ts'

/** Settles the target revision. Returns why it has failed, when it has and nothing could be done about it. */
export const settleRevision = (draft: FleetDraft, name: string): string | undefined => {
  const census = censusOf(draft, name)
  if (census === undefined) return undefined
  if (!census.deployment.paused) moveBlocked(draft, census)
  const failure = failureOfTarget(draft, census)
  if (failure !== undefined) return rollBack(draft, census, failure) ? undefined : failure
  markGood(draft, census)
  markStates(draft, census.deployment.name, census.deployment.targetRevision)
  return undefined
}

/** The oldest failing replica speaks for the revision. */
const failureOfTarget = (draft: FleetDraft, { deployment, target }: Census): string | undefined => {
  for (const assignment of draft.assignmentsOf(deployment.name)) {
    if (assignment.revision !== target.number) continue
    const failure = failureOf(assignment, seenOf(assignment, draft.state), target.spec, draft.nowUnixMs, draft.settings)
    if (failure !== undefined) return failure
  }
  return undefined
}

/** Marks the target revision as failed and goes back to the last good one; false when there is none, or nobody wants that. */
export const rollBack = (draft: FleetDraft, { deployment, target }: Census, failure: string): boolean => {
  const { lastGoodRevision, name, paused } = deployment
  if (lastGoodRevision === target.number) return false
  const good = lastGoodRevision === 0 ? undefined : draft.revision(name, lastGoodRevision)
  if (good === undefined) return false
  const goesBack = target.spec.update.automaticRollback && !paused
  if (target.state !== 'failed') {
    draft.putRevision({ ...target, state: 'failed', message: failure })
    draft.addEvent('error', 'RolloutFailed', `deployment/${name}`, `revision ${target.number}: ${failure}`)
  }
  if (!goesBack) return false
  draft.putDeployment({ ...deployment, targetRevision: good.number, canary: undefined, rolloutStartedUnixMs: draft.nowUnixMs })
  draft.addEvent(
    'warning',
    'RolledBack',
    `deployment/${name}`,
    `back to revision ${good.number}, the last that served with all its replicas`,
  )
  markStates(draft, name, good.number)
  return true
}

/** A canary on trial is not good yet, even where so few replicas are wanted that it is all of them. */
const markGood = (draft: FleetDraft, { deployment, target, canary, want, fresh, isReady }: Census): void => {
  if (canary !== undefined || want === 0 || deployment.lastGoodRevision === target.number || fresh.filter(isReady).length < want) return
  draft.putDeployment({ ...deployment, lastGoodRevision: target.number })
  if (target.state === 'failed') draft.putRevision({ ...target, state: 'current' })
  draft.addEvent(
    'info',
    'RolloutComplete',
    `deployment/${deployment.name}`,
    `revision ${target.number} serves with ${want} replica${want === 1 ? '' : 's'}`,
  )
}

/** One revision is current; a failed one keeps that mark until it serves. */
const markStates = (draft: FleetDraft, name: string, targetNumber: number): void => {
  for (const revision of draft.revisions(name)) {
    const state = stateOf(revision, targetNumber)
    if (state !== revision.state) draft.putRevision({ ...revision, state })
  }
}

const stateOf = ({ number, state }: Revision, targetNumber: number): RevisionState =>
  state === 'failed' ? 'failed' : number === targetNumber ? 'current' : 'superseded'

/**
 * A replica that preflight refuses is moved to a host that has not refused it yet; most such refusals (no model there, a foreign process on the
 * GPU) are the host's. When there is no such host the refusal counts against the revision.
 */
const moveBlocked = (draft: FleetDraft, { fresh, target }: Census): void => {
  for (const assignment of fresh) {
    const seen = seenOf(assignment, draft.state)
    const ageMs = draft.nowUnixMs - assignment.stageSinceUnixMs
    if (
      assignment.stage !== 'starting' ||
      assignment.gang?.down !== undefined ||
      !isInTouch(seen.host) ||
      !isBlocked(seen, ageMs, draft.settings)
    )
      continue
    const avoidHostIds = [...(assignment.avoidHostIds ?? []), seen.member.hostId]
    if (avoidHostIds.length > draft.settings.maxMoves || !findPlace(draft, target, elsewhere(draft, assignment, avoidHostIds)).placed)
      continue
    move(draft, assignment, target, avoidHostIds, seen)
  }
}

const move = (
  draft: FleetDraft,
  assignment: Assignment,
  target: Revision,
  avoidHostIds: readonly string[],
  { member, status }: Seen,
): void => {
  const place = elsewhere(draft, assignment, avoidHostIds)
  draft.setStage(assignment, 'stopping', 'failed')
  draft.addEvent(
    'warning',
    'ReplicaMoved',
    `replica/${assignment.id}`,
    `refused on ${draft.hostName(member.hostId)}: ${status?.message ?? ''}`,
  )
  createReplica(draft, target, place)
}

/** What a gang leaves on hosts that did not refuse it its successor may take, as in a swap: an agent starts nothing before the former holder is gone. */
const elsewhere = (draft: FleetDraft, assignment: Assignment, avoidHostIds: readonly string[]): CreateOptions =>
  isGang(assignment) ? { avoidHostIds, capacities: draft.capacitiesWithout(assignment, false) } : { avoidHostIds }
