/** The canary: a few replicas of a new revision beside the one that has proved itself, until somebody or their figures decide. Pure. */
import { describeDuration } from '../../../shared/units/duration.ts'
import type { FleetDraft } from '../fleet/draft.ts'
import { seenOf } from '../fleet/readiness.ts'
import type { Deployment } from '../model.ts'
import type { DeploymentSpec } from '../spec/schema.ts'
import { type Census, censusOf } from './census.ts'
import { rollBack } from './settle.ts'
import type { Canary, CanaryFigures, CanarySide } from './trial.ts'

export type CanaryPolicy = NonNullable<DeploymentSpec['update']['canary']>

/** How a new revision begins: as a canary, if it asks for that and there is a revision that has served with all its replicas. */
export const canaryFor = (existing: Deployment | undefined, spec: DeploymentSpec, nowUnixMs: number): Canary | undefined => {
  const stableRevision = existing?.canary?.stableRevision ?? existing?.lastGoodRevision ?? 0
  return spec.update.canary === undefined || stableRevision === 0
    ? undefined
    : { stableRevision, startedUnixMs: nowUnixMs, servingSinceUnixMs: 0 }
}

export type CanaryVerdict = { readonly kind: 'good' | 'bad' | 'watching'; readonly message: string }

const attempts = ({ requests, retried }: CanarySide): number => requests + retried
/** What failed and was answered by another replica failed all the same. */
const failures = ({ errors, retried }: CanarySide): number => errors + retried
const rate = (side: CanarySide): number => (attempts(side) === 0 ? 0 : (100 * failures(side)) / attempts(side))

/** A first token that comes this much later is no matter for a ratio. */
const negligibleMs = 100

const errorText = (side: CanarySide): string => `${failures(side)} of ${attempts(side)} requests failed (${rate(side).toFixed(1)} %)`
const ttftText = ({ ttftMs }: CanarySide): string => (ttftMs === undefined ? 'no answer' : `${Math.round(ttftMs)} ms`)

/**
 * Compares the canary with the stable revision over the same window. Bad as soon as there are enough requests to say so; good only once the
 * whole window is behind it. With too few requests it waits, however long.
 */
export const judgeCanary = (policy: CanaryPolicy, { canary, stable }: CanaryFigures): CanaryVerdict => {
  const { windowMs, minRequests, maxErrorIncreasePercent, maxTtftRatio } = policy
  const overMs = Math.min(windowMs, canary.spanMs)
  const span = describeDuration(Math.round(overMs / 1000) * 1000)
  if (Math.min(attempts(canary), attempts(stable)) < minRequests) {
    return {
      kind: 'watching',
      message: `waits for traffic: ${attempts(canary)} requests for it and ${attempts(stable)} for the stable revision in the last ${span}, at least ${minRequests} each are needed (update.canary.minRequests)`,
    }
  }
  const errors = `${errorText(canary)}, of the stable revision ${errorText(stable)}`
  if (rate(canary) - rate(stable) > maxErrorIncreasePercent) {
    return {
      kind: 'bad',
      message: `${errors} in ${span}; at most ${maxErrorIncreasePercent} points more are allowed (update.canary.maxErrorIncrease)`,
    }
  }
  const ttft = `P90 of the first token ${ttftText(canary)}, of the stable revision ${ttftText(stable)}`
  const [ours, theirs] = [canary.ttftMs ?? 0, stable.ttftMs ?? 0]
  if (theirs > 0 && ours - theirs > negligibleMs && ours > theirs * maxTtftRatio) {
    return { kind: 'bad', message: `${ttft} in ${span}; at most ${maxTtftRatio} times are allowed (update.canary.maxTtftRatio)` }
  }
  if (overMs < windowMs) return { kind: 'watching', message: `good so far, ${span} of ${describeDuration(windowMs)}: ${errors}; ${ttft}` }
  return { kind: 'good', message: `${errors}; ${ttft} in ${span}` }
}

/** What the canary waits for, for people, or why it failed when there is no way back. */
export interface CanaryOutcome {
  readonly waits?: string | undefined
  readonly failure?: string | undefined
}

/** Starts and reads the window; promotes or goes back when it is time. While paused nothing is decided. */
export const settleCanary = (draft: FleetDraft, name: string): CanaryOutcome => {
  const census = censusOf(draft, name)
  if (census?.canary === undefined) return {}
  const { canary, deployment, target, fresh, isReady, want } = census
  if (deployment.paused) return {}
  if (canary.count === 0)
    return { waits: `needs at least 2 replicas beside each other, ${want} ${want === 1 ? 'is' : 'are'} wanted; scale up, or promote it` }
  const broken = fresh
    .map((replica) => seenOf(replica, draft.state).status)
    .find((status) => isCrashing(status, draft.settings.crashLoopRestarts))
  if (broken)
    return fail(draft, census, `${broken.id} exited ${broken.restarts} times${broken.message === '' ? '' : `: ${broken.message}`}`)
  if (fresh.filter(isReady).length < canary.count) return {}
  const { servingSinceUnixMs } = canary.state
  if (servingSinceUnixMs === 0) {
    draft.putDeployment({ ...deployment, canary: { ...canary.state, servingSinceUnixMs: draft.nowUnixMs } })
    draft.addEvent(
      'info',
      'CanaryServing',
      `deployment/${name}`,
      `revision ${target.number} serves with ${canary.count} of ${want} replicas beside revision ${canary.stable.number}`,
    )
    return { waits: 'its window begins' }
  }
  const figures = draft.state.canaries?.get(name)
  if (figures === undefined) return { waits: 'no figures of its traffic yet' }
  const verdict = judgeCanary(canary.policy, figures)
  if (verdict.kind === 'bad') return fail(draft, census, verdict.message)
  if (verdict.kind === 'watching') return { waits: verdict.message }
  if (canary.policy.promote === 'manual') return { waits: `is good: ${verdict.message}; promote it: hostler rollout promote ${name}` }
  promote(draft, deployment, verdict.message)
  return {}
}

const isCrashing = (status: ReturnType<typeof seenOf>['status'], mostRestarts: number): status is NonNullable<typeof status> =>
  status !== undefined && (status.phase === 'failed' || (status.phase === 'backoff' && status.restarts >= mostRestarts))

const fail = (draft: FleetDraft, census: Census, failure: string): CanaryOutcome =>
  rollBack(draft, census, `canary: ${failure}`) ? {} : { failure: `canary: ${failure}` }

const promote = (draft: FleetDraft, deployment: Deployment, why: string): void => {
  draft.putDeployment({ ...deployment, canary: undefined, rolloutStartedUnixMs: draft.nowUnixMs })
  draft.addEvent('info', 'CanaryPromoted', `deployment/${deployment.name}`, `revision ${deployment.targetRevision}: ${why}`)
}
