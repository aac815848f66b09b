/** What an assignment is like right now: what was decided beside what its agent says. Pure. */
import type { ReplicaPhase, ReplicaStatus } from '../../../shared/fleet/replica.ts'
import { isGang, memberOn, membersOf } from '../gang/members.ts'
import type { Assignment, FleetState, GangMember, HostView } from '../model.ts'

export interface SeenMember {
  readonly member: GangMember
  readonly host: HostView | undefined
  /** As last reported; absent when the agent has said nothing of it. */
  readonly status: ReplicaStatus | undefined
}

/** Of a gang: what the member says that is furthest from ready. */
export interface Seen extends SeenMember {
  readonly members: readonly SeenMember[]
}

export const seenOf = (assignment: Assignment, state: Pick<FleetState, 'hosts'>): Seen => {
  const members = membersOf(assignment).map((member) => seenMember(member, state))
  if (members.length === 1) return { ...(members[0] as SeenMember), members }
  const [leader, ...workers] = members as [SeenMember, ...SeenMember[]]
  const worst = workers.reduce((last, next) => (distanceOf(next) > distanceOf(last) ? next : last), leader)
  return { ...worst, members }
}

const seenMember = (member: GangMember, state: Pick<FleetState, 'hosts'>): SeenMember => {
  const host = state.hosts.get(member.hostId)
  return { member, host, status: host?.replicas.get(member.id) }
}

/** From ready. What an agent has given up on comes before what nobody can say. */
const phases: Readonly<Record<ReplicaPhase, number>> = {
  ready: 0,
  probing: 1,
  loading: 2,
  unhealthy: 3,
  starting: 4,
  pulling: 5,
  pending: 6,
  stopping: 8,
  backoff: 10,
  blocked: 11,
  failed: 12,
}
const unreported = 7
const outOfTouch = 9

const distanceOf = ({ host, status }: SeenMember): number => {
  if (!isInTouch(host)) return outOfTouch
  return status === undefined ? unreported : phases[status.phase]
}

/** The agent is connected and has told everything in this session: what it says is so, and what it does not say is not. */
export const isInTouch = (host: HostView | undefined): host is HostView => host?.presence === 'connected' && host.synced

/** Its agents are in touch and say that it is ready. */
export const isReported = ({ host, status }: Pick<SeenMember, 'host' | 'status'>): boolean => isInTouch(host) && status?.phase === 'ready'

/** It takes traffic and is able to. What the planners count as available; an unheard-of host's replica does not count. */
export const isReady = (assignment: Assignment, state: Pick<FleetState, 'hosts'>): boolean =>
  assignment.stage === 'serving' &&
  assignment.gang?.down === undefined &&
  isReported(isGang(assignment) ? seenOf(assignment, state) : seenAlone(assignment, state))

/** Of a replica on one host, asked for so often that nothing is made for it. */
const seenAlone = ({ id, hostId }: Assignment, state: Pick<FleetState, 'hosts'>): Pick<SeenMember, 'host' | 'status'> => {
  const host = state.hosts.get(hostId)
  return { host, status: host?.replicas.get(id) }
}

/** Its host is in touch, has told everything, has the spec without the member, and does not know it: nothing of it runs. */
export const isMemberGone = ({ host, status }: SeenMember): boolean =>
  host === undefined || (isInTouch(host) && host.specPending !== true && status === undefined)

/** Nothing of it runs anywhere. */
export const isGone = ({ members }: Seen): boolean => members.every(isMemberGone)

/** Whether the mass-failure brake lets the controller act on this silence. */
export const isLost = (host: HostView, frozen: boolean): boolean => host.presence === 'lost' && !frozen

/** A gang that ends leaves its hosts one by one; a host that says that nothing of it is left has its GPUs back, whatever the others say. */
export const hasLeft = (assignment: Assignment, host: HostView): boolean => {
  if (!isGang(assignment) || (assignment.stage !== 'stopping' && assignment.stage !== 'lost')) return false
  const member = memberOn(assignment, host.record.id)
  return member !== undefined && isMemberGone({ member, host, status: host.replicas.get(member.id) })
}
