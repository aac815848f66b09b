/**
 * Replicas leave a host that is being drained, or that has a taint they do not tolerate: another one serves elsewhere first, then they go
 * through the drain that every replica goes through. Their own deployment never has fewer ready replicas by it than it allows. Pure.
 */
import type { FleetDraft } from '../fleet/draft.ts'
import { retire } from '../fleet/drain.ts'
import { leavesAtOnce, leavingCause } from '../fleet/leaving.ts'
import { isInTouch, seenOf } from '../fleet/readiness.ts'
import type { Assignment, Revision } from '../model.ts'
import { Verdicts } from '../placement/plan.ts'
import { byAge, type Census, censusOf, unreadyFirst } from './census.ts'
import { createReplica } from './create.ts'

/** Lets go of those for whom others serve, and of those that serve nobody. A host that is out of touch is not judged. */
export const retireLeaving = (draft: FleetDraft, name: string): void => {
  const census = censusOf(draft, name)
  if (census === undefined || !census.live.some(census.isLeaving)) return
  let ready = census.live.filter(census.isReady).length
  // Beside a canary others are started only for what has to be there.
  const least = census.canary === undefined ? census.want : census.want - census.target.spec.update.maxUnavailable
  for (const assignment of leavingOf(census)) {
    if (!isInTouch(seenOf(assignment, draft.state).host)) continue
    const serves = census.isReady(assignment)
    if (serves && ready <= least && !leavesAtOnce(assignment, draft.state)) continue
    retire(draft, assignment, leavingCause(assignment, draft.state) ?? 'host')
    if (serves) ready -= 1
  }
}

/**
 * Starts what is to serve in place of those that leave, as many at once as an update may have beside the wanted number, and one at least.
 * When there is no place, one that the deployment may do without leaves all the same. Returns what there is no place for, if any.
 */
export const moveLeaving = (draft: FleetDraft, name: string, revision: Revision): string | undefined => {
  const census = censusOf(draft, name)
  if (census === undefined) return undefined
  const verdicts = new Verdicts()
  for (let left = movesOf(census); left > 0; left--) {
    const placement = createReplica(draft, revision, { verdicts })
    if (placement.placed) continue
    giveUpSpare(draft, census)
    return placement.suggestion
  }
  return undefined
}

const leavingOf = (census: Census): readonly Assignment[] => unreadyFirst(census, byAge(census.live.filter(census.isLeaving)))

/** What a paused rollout has, whatever its revision; the new revision otherwise: the old one goes by itself. */
const keptBy = ({ deployment, live, fresh }: Census): readonly Assignment[] => (deployment.paused ? live : fresh)

const movesOf = (census: Census): number => {
  const { deployment, target, want, live, old, draining } = census
  const kept = keptBy(census)
  const missing = want - kept.filter((one) => !census.isLeaving(one)).length
  const rollsOut = old.length > 0 && !deployment.paused
  const room = rollsOut
    ? want + target.spec.update.maxSurge - live.length - draining.length
    : want + Math.max(1, target.spec.update.maxSurge) - kept.length
  return Math.min(missing, room)
}

/** What maxUnavailable allows, an update may use as well. */
const giveUpSpare = (draft: FleetDraft, census: Census): void => {
  const { live, old, target, want } = census
  if (old.length > 0) return
  const ready = live.filter(census.isReady)
  const spare = ready.length - (want - target.spec.update.maxUnavailable)
  const mayGo = byAge(ready.filter(census.isLeaving))
  for (const assignment of mayGo.slice(0, Math.max(0, spare))) retire(draft, assignment, leavingCause(assignment, draft.state) ?? 'host')
}
