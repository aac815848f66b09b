/** What a replica is doing, for people. Pure. */
import type { ReplicaPhase } from '../../../shared/fleet/replica.ts'
import { describeDuration } from '../../../shared/units/duration.ts'
import { describeDown } from '../gang/keep.ts'
import type { Assignment } from '../model.ts'
import type { FleetDraft } from './draft.ts'
import { seenOf } from './readiness.ts'

export const describeDraining = (draft: FleetDraft, { id, stageSinceUnixMs }: Assignment): string => {
  const inFlight = draft.state.gateways.reduce((sum, { outstanding }) => sum + (outstanding.get(id) ?? 0), 0)
  return `${id} finishes ${inFlight === 0 ? 'its requests' : `${inFlight} request${inFlight === 1 ? '' : 's'}`} (${describeDuration(draft.nowUnixMs - stageSinceUnixMs)})`
}

const doing: Readonly<Record<ReplicaPhase, string>> = {
  pending: 'waits to start',
  blocked: 'cannot be launched',
  pulling: 'pulls its image',
  starting: 'is starting',
  loading: 'is loading',
  probing: 'answers its warm probe',
  ready: 'is ready',
  unhealthy: 'is unhealthy',
  backoff: 'waits for its next start',
  failed: 'has failed',
  stopping: 'is stopping',
}

export const describeReplica = (draft: FleetDraft, assignment: Assignment): string => {
  const seen = seenOf(assignment, draft.state)
  const { host, member, status } = seen
  if (assignment.gang?.down !== undefined) return `${assignment.id} ${describeDown(assignment.gang, seen, draft.nowUnixMs)}`
  if (host !== undefined && host.presence !== 'connected')
    return `${member.id} is on ${host.record.name}, which is ${host.presence === 'unknown' ? 'not back yet' : host.presence}`
  if (status === undefined) return `${member.id} is on its way to ${draft.hostName(member.hostId)}`
  const sinceMs = Math.max(0, draft.nowUnixMs - status.sinceUnixMs)
  const progress = status.phase === 'pulling' && status.progressPercent > 0 ? `, ${status.progressPercent} %` : ''
  const why = status.message === '' || status.reason === '' ? '' : `: ${status.message}`
  return `${member.id} ${doing[status.phase]} (${describeDuration(sinceMs)}${progress})${why}`
}
