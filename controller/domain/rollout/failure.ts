/** When a new replica shows that its revision is no good. Pure. */
import { describeDuration } from '../../../shared/units/duration.ts'
import { isInTouch, type Seen } from '../fleet/readiness.ts'
import type { PlanSettings } from '../fleet/settings.ts'
import type { Assignment } from '../model.ts'
import type { DeploymentSpec } from '../spec/schema.ts'

/** What is wrong, for people; undefined while there is hope. Only for replicas that have never served. */
export const failureOf = (
  assignment: Assignment,
  seen: Seen,
  spec: DeploymentSpec,
  nowUnixMs: number,
  settings: PlanSettings,
): string | undefined => {
  const { host, member, status } = seen
  if (assignment.stage !== 'starting' || !isInTouch(host)) return undefined
  const ageMs = nowUnixMs - assignment.stageSinceUnixMs
  const said = status === undefined || status.message === '' ? '' : `: ${status.message}`
  const where = `${member.id} on ${host.record.name}`
  const { gang } = assignment
  if (gang !== undefined && gang.crashes >= settings.crashLoopRestarts)
    return `${assignment.id} ended ${gang.crashes} times without becoming ready: ${gang.down?.reason ?? 'it starts again'}`
  // A member of a gang fails once; the gang tries again as one.
  if (gang === undefined && status?.phase === 'failed') return `${where} failed${said}`
  if (status?.reason === 'WARM_PROBE_FAILED') return `${where} did not answer the warm probe${said}`
  if (status !== undefined && status.restarts >= settings.crashLoopRestarts)
    return `${where} exited ${status.restarts} times without becoming ready${said}`
  if (isBlocked(seen, ageMs, settings)) return `${where} cannot be launched${said}`
  if (ageMs > spec.update.progressDeadlineMs) {
    return `${where} is ${status?.phase ?? 'not reported'} after ${describeDuration(ageMs)}; update.progressDeadline is ${describeDuration(spec.update.progressDeadlineMs)}${said}`
  }
  return undefined
}

/** Preflight refuses it, and not just for a moment. */
export const isBlocked = ({ status }: Seen, ageMs: number, settings: PlanSettings): boolean =>
  status?.phase === 'blocked' && ageMs > settings.blockedGraceMs
