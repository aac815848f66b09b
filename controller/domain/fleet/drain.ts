/** The end of a replica: out of traffic, out of the host's spec, gone. Pure. */
import { describeDuration } from '../../../shared/units/duration.ts'
import type { Assignment, DrainCause, FleetState, GatewayView } from '../model.ts'
import type { FleetDraft } from './draft.ts'
import { isGone, isInTouch, seenOf } from './readiness.ts'

export type DrainProgress = 'waiting' | 'drained' | 'overdue'

const because: Readonly<Record<DrainCause, string>> = {
  rollout: 'a newer replica serves in its place',
  swap: 'its GPUs go to the new revision',
  scale: 'fewer replicas are wanted',
  delete: 'the deployment is being deleted',
  rollback: 'its revision was rolled back',
  host: 'its host is being drained',
  taint: 'its host has a taint that its deployment does not tolerate',
  preempted: 'a deployment of higher priority takes its place',
  failed: 'its agent has given it up; another takes its place',
}

/** Takes a replica out of traffic; `why` where more is to say than the cause. One that never served has nothing to finish and leaves the host's spec at once. */
export const retire = (draft: FleetDraft, assignment: Assignment, cause: DrainCause, why = because[cause]): void => {
  const drains = assignment.stage === 'serving' && assignment.endpoint !== ''
  draft.setStage(assignment, drains ? 'draining' : 'stopping', cause)
  draft.addEvent('info', drains ? 'ReplicaDraining' : 'ReplicaStopping', `replica/${assignment.id}`, why)
}

/** Stops a replica that has drained, or will not. */
export const stopDrained = (draft: FleetDraft, assignment: Assignment, progress: Exclude<DrainProgress, 'waiting'>): void => {
  const drainedMs = draft.nowUnixMs - assignment.stageSinceUnixMs
  draft.setStage(assignment, 'stopping', assignment.drainCause)
  if (progress === 'drained') {
    draft.addEvent(
      'info',
      'ReplicaStopping',
      `replica/${assignment.id}`,
      `no request is in flight after draining for ${describeDuration(drainedMs)}`,
    )
  } else {
    draft.addEvent(
      'warning',
      'DrainTimedOut',
      `replica/${assignment.id}`,
      `stopped with requests in flight after draining for ${describeDuration(drainedMs)}`,
    )
  }
}

/** The handshake: every live gateway has applied a membership that shows the replica draining, and has nothing in flight to it. */
export const drainProgress = (assignment: Assignment, state: FleetState, drainTimeoutMs: number, nowUnixMs: number): DrainProgress => {
  const seen = seenOf(assignment, state)
  if (isGone(seen) || (isInTouch(seen.host) && (seen.status?.phase === 'backoff' || seen.status?.phase === 'failed'))) return 'drained'
  if (assignment.drainVersion > 0 && state.gateways.every((gateway) => hasLetGo(gateway, assignment))) return 'drained'
  return nowUnixMs - assignment.stageSinceUnixMs >= drainTimeoutMs ? 'overdue' : 'waiting'
}

const hasLetGo = ({ connected, ackedVersion, outstanding }: GatewayView, { id, drainVersion }: Assignment): boolean =>
  !connected || (ackedVersion >= drainVersion && (outstanding.get(id) ?? 0) === 0)
