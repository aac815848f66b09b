/**
 * A gang fails as one and starts as one. Its agents start no member a second time: when one fails all are taken out of their hosts' specs, and
 * only when nothing of them is left anywhere, and the backoff of a crash loop is over, is the gang put back, as another attempt that no straggler
 * of the one before can join. It keeps its GPUs meanwhile. Pure.
 */
import { restartBackoff, restartDelayMs, restartForgiveMs } from '../../../shared/lifecycle/backoff.ts'
import { describeDuration } from '../../../shared/units/duration.ts'
import type { FleetDraft } from '../fleet/draft.ts'
import { isGone, isInTouch, isReported, type Seen, type SeenMember, seenOf } from '../fleet/readiness.ts'
import type { Assignment, GangRun } from '../model.ts'
import { hostIdsOf } from './members.ts'
import { startOf } from './run.ts'

/** Looks at one assignment; nothing but a gang that starts or serves is touched. */
export const keepGang = (draft: FleetDraft, assignment: Assignment): void => {
  const { gang, stage } = assignment
  if (gang === undefined || (stage !== 'starting' && stage !== 'serving')) return
  const seen = seenOf(assignment, draft.state)
  if (gang.down !== undefined) {
    if (isGone(seen) && draft.nowUnixMs >= gang.down.nextStartUnixMs) startAgain(draft, assignment, gang)
    return
  }
  const failed = seen.members.find((member) => failureOf(member, assignment, draft) !== undefined)
  if (failed !== undefined) takeDown(draft, assignment, gang, failureOf(failed, assignment, draft) ?? '')
  else if (gang.readySinceUnixMs === 0 && isReported(seen)) becomeReady(draft, assignment, gang)
}

const becomeReady = (draft: FleetDraft, assignment: Assignment, gang: GangRun): void => {
  draft.putAssignment({ ...assignment, gang: { ...gang, readySinceUnixMs: draft.nowUnixMs } })
  if (gang.attempt > 1)
    draft.addEvent('info', 'GangReady', `replica/${assignment.id}`, `attempt ${gang.attempt} serves on ${draft.hostNames(assignment)}`)
}

/** Undefined: it may yet become ready, or is. */
const failureOf = ({ member, host, status }: SeenMember, assignment: Assignment, draft: FleetDraft): string | undefined => {
  if (!isInTouch(host) || status === undefined) return undefined
  const { phase, message } = status
  const where = `${member.id} on ${host.record.name}`
  const why = message === '' ? '' : `: ${message}`
  if (phase === 'failed') return `${where} failed${why}`
  // An agent of before gangs starts its member again by itself, alone.
  if (phase === 'backoff' || status.restarts > 0) return `${where} ended${why}`
  // Its engine's own port the agent chooses, so it is the rendezvous' that is taken. The next attempt has another.
  const fixed = draft.revision(assignment.deployment, assignment.revision)?.spec.port ?? 0
  if (phase === 'blocked' && status.reason === 'PORT_TAKEN' && member.rank === 0 && fixed === 0) return `${where} cannot listen${why}`
  return undefined
}

const takeDown = (draft: FleetDraft, assignment: Assignment, gang: GangRun, reason: string): void => {
  const { nowUnixMs } = draft
  const isForgiven = gang.readySinceUnixMs > 0 && nowUnixMs - gang.readySinceUnixMs >= restartForgiveMs
  const crashes = (isForgiven ? 0 : gang.crashes) + 1
  const delayMs = restartDelayMs(crashes, restartBackoff)
  const down = { sinceUnixMs: nowUnixMs, nextStartUnixMs: nowUnixMs + delayMs, reason }
  draft.putAssignment({ ...assignment, gang: { ...gang, crashes, down } })
  const wait = delayMs === 0 ? '' : `, in ${describeDuration(delayMs)} at the earliest`
  draft.addEvent(
    'warning',
    'GangDown',
    `replica/${assignment.id}`,
    `${reason}; all ${hostIdsOf(assignment).length} members stop and start again together${wait}`,
  )
}

const startAgain = (draft: FleetDraft, assignment: Assignment, gang: GangRun): void => {
  const run = startOf(draft, assignment.id, hostIdsOf(assignment), gang)
  draft.putAssignment({ ...assignment, gang: run })
  draft.addEvent(
    'info',
    'GangStarting',
    `replica/${assignment.id}`,
    `attempt ${run.attempt} on ${draft.hostNames(assignment)}, ${gang.crashes} failure${gang.crashes === 1 ? '' : 's'} in a row before it`,
  )
}

/** What a gang that is down waits for, for people. */
export const describeDown = (gang: GangRun, seen: Seen, nowUnixMs: number): string => {
  const { down } = gang
  if (down === undefined) return ''
  const left = seen.members.filter(({ host, status }) => !isInTouch(host) || status !== undefined)
  const [first] = left
  const waits =
    first !== undefined
      ? `waits for ${first.member.id} to be gone`
      : `starts again in ${describeDuration(Math.max(0, down.nextStartUnixMs - nowUnixMs))}`
  return `${waits}: ${down.reason}`
}
