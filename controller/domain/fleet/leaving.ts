/** Which replicas are to leave the host that they are on; a gang leaves as one. Pure. */
import { hostIdsOf, isGang } from '../gang/members.ts'
import { evictingTaint } from '../hosts/taints.ts'
import type { Assignment, DrainCause, FleetState, HostView } from '../model.ts'

type State = Pick<FleetState, 'hosts' | 'revisions'>

/** Nothing of ours is to run there. */
export const isDraining = (host: HostView | undefined): boolean => host?.record.drain !== undefined

const isLeftAlone = (host: HostView | undefined): boolean => !isDraining(host) && (host?.record.taints ?? []).length === 0

/** Undefined: it may stay. */
export const leavingCause = (assignment: Assignment, { hosts, revisions }: State): Extract<DrainCause, 'host' | 'taint'> | undefined => {
  // So it is of nearly all: asked for every replica of a fleet, several times a pass.
  if (!isGang(assignment) && isLeftAlone(hosts.get(assignment.hostId))) return undefined
  const on = hostIdsOf(assignment).map((hostId) => hosts.get(hostId))
  if (on.some(isDraining)) return 'host'
  const taints = on.flatMap((host) => host?.record.taints ?? [])
  if (taints.length === 0) return undefined
  const spec = revisions.get(assignment.deployment)?.find(({ number }) => number === assignment.revision)?.spec
  return spec !== undefined && evictingTaint(taints, spec.placement.tolerations) !== undefined ? 'taint' : undefined
}

export const isLeaving = (assignment: Assignment, state: State): boolean => leavingCause(assignment, state) !== undefined

/** Others need not serve in its place first: whoever drains the host said so. */
export const leavesAtOnce = (assignment: Assignment, state: Pick<FleetState, 'hosts'>): boolean =>
  hostIdsOf(assignment).some((hostId) => state.hosts.get(hostId)?.record.drain?.force === true)
