import type { ReplicaPhase, ReplicaStatus } from '../../shared/fleet/replica.ts'
import type { EventDraft, EventLevel } from '../domain/model.ts'

/** What people want to read of a replica's life. Phases without an entry pass in silence; ready is told by the planner, which acts on it. */
const told: Partial<Record<ReplicaPhase, { readonly level: EventLevel; readonly reason: string; readonly text: string }>> = {
  blocked: { level: 'warning', reason: 'ReplicaBlocked', text: 'cannot be launched' },
  pulling: { level: 'info', reason: 'ImagePulling', text: 'is pulling its image' },
  starting: { level: 'info', reason: 'ReplicaStarting', text: 'is starting' },
  unhealthy: { level: 'warning', reason: 'ReplicaUnhealthy', text: 'fails its health path' },
  backoff: { level: 'warning', reason: 'ReplicaBackOff', text: 'exited and waits for its next start' },
  failed: { level: 'error', reason: 'ReplicaFailed', text: 'failed' },
}

/** The event of a change of status, if it is worth one. Pure. */
export const eventOfStatus = (before: ReplicaStatus | undefined, now: ReplicaStatus, hostName: string): EventDraft | undefined => {
  const kind = told[now.phase]
  // Every exit of a crash loop is told, its many starts once.
  const again = now.phase === 'backoff' && before?.restarts !== now.restarts
  if (!kind || (before?.phase === now.phase && before.reason === now.reason && !again)) return undefined
  const why = now.message ? `: ${now.message}` : ''
  return { level: kind.level, reason: kind.reason, subject: `replica/${now.id}`, message: `${now.id} on ${hostName} ${kind.text}${why}` }
}
