/** Where a rollout stands, step by step, and what each step that is not done waits for. For people. Pure. */
import { describeDraining, describeReplica } from '../fleet/describe-replica.ts'
import type { FleetDraft } from '../fleet/draft.ts'
import { type Census, excessOld } from './census.ts'
import type { RolloutOutcome } from './plan.ts'
import type { RolloutStep } from './step.ts'

type StepName = RolloutStep['name']

/** In the order in which they are done for each replica; with more than one replica several are under way at once. */
export const stepsOf = (draft: FleetDraft, census: Census, outcome: RolloutOutcome): readonly RolloutStep[] => [
  placed(census, outcome),
  loaded(draft, census),
  ...(census.canary === undefined ? [] : [tried(census, outcome)]),
  replaced(draft, census, outcome),
  proven(census, outcome),
]

const step = (name: StepName, isDone: boolean, progress: string, waitsFor: string, isBegun = true): RolloutStep => ({
  name,
  state: isDone ? 'done' : isBegun ? 'active' : 'waiting',
  progress,
  waitsFor: isDone ? '' : waitsFor,
})

const ofRevision = (count: number, want: number, number: number, what: string): string =>
  `${count} of ${want} replicas of revision ${number} ${what}`

const placed = (census: Census, { unplaced, swapWaits }: RolloutOutcome): RolloutStep => {
  const { fresh, target, wantFresh, draining, deployment } = census
  const progress = ofRevision(fresh.length, wantFresh, target.number, 'have a place')
  const [leaving] = draining
  const waits = deployment.paused
    ? paused(census)
    : swapWaits !== undefined
      ? `a swap: ${swapWaits}`
      : unplaced !== undefined
        ? unplaced.suggestion
        : leaving !== undefined
          ? `${leaving.id} to finish its requests`
          : 'those before to be ready: update.maxSurge allows no more beside them'
  return step('place', fresh.length >= wantFresh, progress, waits)
}

const loaded = (draft: FleetDraft, census: Census): RolloutStep => {
  const { fresh, target, wantFresh, isReady } = census
  const ready = fresh.filter(isReady).length
  const unready = fresh.find((replica) => !isReady(replica))
  const progress = ofRevision(ready, wantFresh, target.number, 'are ready')
  const waits = unready === undefined ? 'a place' : describeReplica(draft, unready)
  return step('load', ready >= wantFresh, progress, waits, fresh.length > 0)
}

const tried = ({ canary, target, deployment }: Census, { canaryWaits }: RolloutOutcome): RolloutStep => {
  const isServing = (canary?.state.servingSinceUnixMs ?? 0) > 0
  const waits = deployment.paused ? 'the rollout is paused' : (canaryWaits ?? 'all its replicas to be ready')
  return step('canary', false, `revision ${target.number} is on trial beside revision ${canary?.stable.number}`, waits, isServing)
}

const replaced = (draft: FleetDraft, census: Census, { swapWaits }: RolloutOutcome): RolloutStep => {
  const { canary, old, draining, stopping, target, deployment, fresh, isReady } = census
  const leaving = [...draining, ...stopping].filter(({ revision }) => revision !== target.number)
  const stays = canary === undefined ? 0 : old.length - excessOld(census)
  const left = old.length - stays + leaving.length
  const [first] = leaving
  const waits =
    first?.stage === 'draining'
      ? describeDraining(draft, first)
      : first !== undefined
        ? `${first.id} to be gone`
        : deployment.paused
          ? paused(census)
          : swapWaits !== undefined
            ? `a swap: ${swapWaits}`
            : fresh.every(isReady)
              ? 'newer replicas to have a place'
              : 'newer replicas to be ready'
  const progress =
    left === 0 ? 'no older replica is left to replace' : `${left} ${left === 1 ? 'replica' : 'replicas'} of older revisions left to replace`
  return step('replace', left === 0, `${progress}${stays > 0 ? `, ${stays} stay beside the canary` : ''}`, waits, leaving.length > 0)
}

const proven = ({ deployment, target, canary, want }: Census, { failure }: RolloutOutcome): RolloutStep => {
  const isDone = deployment.lastGoodRevision === target.number
  const progress = isDone
    ? `revision ${target.number} has served with all its replicas`
    : `revision ${target.number} has not served with all its replicas yet`
  const waits = failure ?? (want === 0 ? 'replicas: it is scaled to 0' : canary === undefined ? 'the steps before' : 'the end of the trial')
  return step('prove', isDone, progress, waits, failure !== undefined)
}

const paused = ({ deployment }: Census): string => `the rollout is paused: hostler rollout resume ${deployment.name}`
