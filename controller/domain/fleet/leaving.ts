/** Which replicas are to leave the host that they are on; a gang leaves as one. Pure. */
import { hostIdsOf } from '../gang/members.ts'
import type { Assignment, FleetState, HostView } from '../model.ts'

/** Nothing of ours is to run there. */
export const isDraining = (host: HostView | undefined): boolean => host?.record.drain !== undefined

export const isLeaving = (assignment: Assignment, state: Pick<FleetState, 'hosts'>): boolean =>
  hostIdsOf(assignment).some((hostId) => isDraining(state.hosts.get(hostId)))

/** Others need not serve in its place first: whoever drains the host said so. */
export const leavesAtOnce = (assignment: Assignment, state: Pick<FleetState, 'hosts'>): boolean =>
  hostIdsOf(assignment).some((hostId) => state.hosts.get(hostId)?.record.drain?.force === true)
