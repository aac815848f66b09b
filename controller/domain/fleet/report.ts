/** What a deployment is like, in one word and one line for people. Pure. */
import type { DeploymentReport, DeploymentState } from '../model.ts'
import { type Census, censusOf } from '../rollout/census.ts'
import type { RolloutOutcome } from '../rollout/plan.ts'
import { stepsOf } from '../rollout/steps.ts'
import { describeDraining, describeReplica } from './describe-replica.ts'
import type { FleetDraft } from './draft.ts'
import { seenOf } from './readiness.ts'

/** Undefined once the deployment is gone. */
export const reportOf = (draft: FleetDraft, name: string, outcome: RolloutOutcome): DeploymentReport | undefined => {
  const census = censusOf(draft, name)
  if (census === undefined) return undefined
  const ready = census.live.filter(census.isReady).length
  const { state, message } = assess(draft, census, outcome, ready)
  return {
    name,
    state,
    message,
    ready,
    updated: census.fresh.length,
    ...(census.deployment.deleting ? {} : { steps: stepsOf(draft, census, outcome) }),
    ...(outcome.unplaced === undefined || isSwapping(census) ? {} : { unplaced: outcome.unplaced }),
  }
}

const assess = (draft: FleetDraft, census: Census, outcome: RolloutOutcome, ready: number): { state: DeploymentState; message: string } => {
  const { deployment, want, wantFresh, canary, target, fresh, old, draining } = census
  const counted = want === 0 && ready === 0 ? 'scaled to 0' : `${ready} of ${want} replica${want === 1 ? '' : 's'} ready`
  const detail = detailOf(draft, census)
  if (deployment.deleting) {
    const left = draft.assignmentsOf(deployment.name).filter(({ stage }) => stage !== 'lost').length
    return { state: 'deleting', message: `${left} replica${left === 1 ? '' : 's'} left${detail === '' ? '' : `; ${detail}`}` }
  }
  if (deployment.paused)
    return {
      state: 'paused',
      message: join(
        counted,
        canary === undefined ? '' : `revision ${target.number} is a canary of ${fresh.length} beside revision ${canary.stable.number}`,
        `paused at revision ${deployment.targetRevision}`,
        old.length > 0 ? `${old.length} of older revisions` : '',
      ),
    }
  if (outcome.failure !== undefined) return { state: 'failed', message: join(counted, outcome.failure) }
  if (outcome.unplaced !== undefined && !isSwapping(census)) return { state: 'pending', message: join(counted, waitsFor(census, outcome)) }
  if (canary !== undefined) {
    const share = canary.policy.trafficPercent === undefined ? '' : ` with ${canary.policy.trafficPercent} % of the traffic`
    const trial = `revision ${target.number} is a canary of ${wantFresh}${share} beside revision ${canary.stable.number}`
    return { state: 'canary', message: join(counted, trial, outcome.canaryWaits ?? '', detail) }
  }
  const failed = failedNewer(draft, census)
  const settled = fresh.length === want && fresh.every(census.isReady) && old.length === 0
  if (failed !== '') return { state: 'rolled-back', message: join(counted, failed, settled ? '' : detail) }
  if (settled) return { state: 'ready', message: join(counted, draining.length > 0 ? detail : '', stayOn(draft, census, outcome)) }
  const wasWhole = deployment.lastGoodRevision === deployment.targetRevision && old.length === 0
  return { state: wasWhole && isHurt(draft, census) ? 'degraded' : 'progressing', message: join(counted, detail) }
}

/** Those that are to leave their host and have nowhere to go. */
const stayOn = (draft: FleetDraft, { live, isLeaving }: Census, { unmoved }: RolloutOutcome): string => {
  const [first] = live.filter(isLeaving)
  if (first === undefined || unmoved === undefined) return ''
  return `${first.id} is to leave ${draft.hostName(first.hostId)} and has no place elsewhere: ${unmoved}`
}

const join = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join('; ')

/** A replica of a revision that has served whole is not as it was: ill, lost, or out of touch. */
const isHurt = (draft: FleetDraft, { fresh, lost, isReady }: Census): boolean =>
  lost.length > 0 ||
  fresh.some(
    (replica) =>
      replica.gang?.down !== undefined ||
      (replica.stage === 'serving' && !isReady(replica)) ||
      seenOf(replica, draft.state).status?.phase === 'backoff',
  )

const isSwapping = ({ target, old, fresh, draining, isReady }: Census): boolean =>
  target.spec.update.strategy === 'auto' &&
  (draining.some(({ drainCause }) => drainCause === 'swap') || (old.length > 0 && fresh.some((replica) => !isReady(replica))))

const waitsFor = ({ target, old }: Census, { unplaced, swapWaits }: RolloutOutcome): string => {
  const suggestion = unplaced?.suggestion ?? ''
  const missing = `${unplaced?.count ?? 0} without a place`
  if (old.length === 0) return join(missing, suggestion)
  if (target.spec.update.strategy === 'surge') return `revision ${target.number} waits for a free GPU (strategy surge): ${suggestion}`
  return swapWaits === undefined
    ? join(missing, suggestion)
    : join(`revision ${target.number} waits to be swapped in: ${swapWaits}`, suggestion)
}

const failedNewer = (draft: FleetDraft, { deployment, target }: Census): string => {
  const newest = draft.revisions(deployment.name).at(-1)
  if (newest === undefined || newest.number <= target.number || newest.state !== 'failed') return ''
  return `revision ${newest.number} failed and revision ${target.number} is back: ${newest.message}`
}

/** The first replica that is on its way somewhere, the new ones before the old. */
const detailOf = (draft: FleetDraft, census: Census): string => {
  const unready = [...census.fresh, ...census.old].find((replica) => !census.isReady(replica))
  if (unready !== undefined) return describeReplica(draft, unready)
  const [draining] = census.draining
  if (draining !== undefined) return describeDraining(draft, draining)
  const stopping = draft.assignmentsOf(census.deployment.name).find(({ stage }) => stage === 'stopping')
  return stopping === undefined ? '' : `${stopping.id} is stopping`
}
