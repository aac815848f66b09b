/** A rollout that gets nowhere. Pure. */
import { describeDuration } from '../../../shared/units/duration.ts'
import type { FleetDraft } from '../fleet/draft.ts'
import { type Census, censusOf, excessOld } from './census.ts'
import type { RolloutOutcome } from './plan.ts'
import { rollBack } from './settle.ts'

/**
 * A rollout in which nothing has moved for update.progressDeadline has failed, and says what it waited for. A first deployment may wait for
 * hosts as long as it likes, a canary for its traffic, and a paused rollout for whoever paused it; drains have a deadline of their own.
 * Returns the failure when there is no way back.
 */
export const settleDeadline = (draft: FleetDraft, name: string, outcome: RolloutOutcome): string | undefined => {
  const census = censusOf(draft, name)
  if (census === undefined || !isWaiting(census)) return undefined
  const { progressDeadlineMs } = census.target.spec.update
  const stillMs = draft.nowUnixMs - lastMove(draft, census)
  if (stillMs <= progressDeadlineMs) return undefined
  const failure = `nothing has moved for ${describeDuration(stillMs)}; update.progressDeadline is ${describeDuration(progressDeadlineMs)}; it waited for ${waitedFor(census, outcome)}`
  return rollBack(draft, census, failure) ? undefined : failure
}

const isWaiting = (census: Census): boolean =>
  !census.deployment.paused &&
  census.old.length > 0 &&
  census.draining.length === 0 &&
  (census.fresh.length < census.wantFresh || excessOld(census) > 0)

const lastMove = (draft: FleetDraft, { deployment, target }: Census): number =>
  draft
    .assignmentsOf(deployment.name)
    .filter(({ stage, revision }) => revision === target.number || stage === 'stopping')
    .reduce((latest, { stageSinceUnixMs }) => Math.max(latest, stageSinceUnixMs), deployment.rolloutStartedUnixMs)

const waitedFor = ({ fresh, isReady }: Census, { swapWaits, unplaced }: RolloutOutcome): string => {
  const unready = fresh.find((replica) => !isReady(replica))
  if (swapWaits !== undefined) return `a swap: ${swapWaits}`
  if (unplaced !== undefined)
    return `a place for ${unplaced.count} ${unplaced.count === 1 ? 'replica' : 'replicas'}: ${unplaced.suggestion}`
  return unready === undefined ? 'replicas of the older revisions to be replaceable' : `${unready.id} to be ready`
}
