/** What an assignment is like right now: what was decided beside what its agent says. Pure. */
import type { ReplicaStatus } from '../../../shared/fleet/replica.ts'
import type { Assignment, FleetState, HostView } from '../model.ts'

export interface Seen {
  readonly host: HostView | undefined
  /** As last reported; absent when the agent has said nothing of it. */
  readonly status: ReplicaStatus | undefined
}

export const seenOf = (assignment: Assignment, state: Pick<FleetState, 'hosts'>): Seen => {
  const host = state.hosts.get(assignment.hostId)
  return { host, status: host?.replicas.get(assignment.id) }
}

/** The agent is connected and has told everything in this session: what it says is so, and what it does not say is not. */
export const isInTouch = (host: HostView | undefined): host is HostView => host?.presence === 'connected' && host.synced

/** Its agent is in touch and says that it is ready. */
export const isReported = ({ host, status }: Seen): boolean => isInTouch(host) && status?.phase === 'ready'

/** It takes traffic and is able to. What the planners count as available; an unheard-of host's replica does not count. */
export const isReady = (assignment: Assignment, state: Pick<FleetState, 'hosts'>): boolean =>
  assignment.stage === 'serving' && isReported(seenOf(assignment, state))

/** Its host is in touch, has told everything, and does not know the replica: nothing of it runs. */
export const isGone = ({ host, status }: Seen): boolean => host === undefined || (isInTouch(host) && status === undefined)

/** Whether the mass-failure brake lets the controller act on this silence. */
export const isLost = (host: HostView, frozen: boolean): boolean => host.presence === 'lost' && !frozen
