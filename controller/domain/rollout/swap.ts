/**
 * The in-place swap, for fleets with no GPU to spare: one replica at a time gives its GPUs to its successor. It drains first, so that no
 * request is cut, and the next waits until the successor serves, so that never two are down. Pure.
 */
import type { FleetDraft } from '../fleet/draft.ts'
import { retire } from '../fleet/drain.ts'
import { isInTouch, seenOf } from '../fleet/readiness.ts'
import { hostIdsOf, membersOf } from '../gang/members.ts'
import type { Assignment, Revision } from '../model.ts'
import { type Census, oldestFirst, unreadyFirst } from './census.ts'
import { type CreateOptions, createReplica, findPlace } from './create.ts'

/** Begins a swap when one may begin. Returns what it waits for otherwise; undefined when one began. */
export const beginSwap = (draft: FleetDraft, census: Census): string | undefined => {
  const [draining] = census.draining
  if (draining !== undefined) return `${draining.id} finishes its requests`
  // Its GPUs may be all that is needed: a ready replica is not taken down for what comes free by itself.
  const leaving = census.stopping.find((replica) => isInTouch(seenOf(replica, draft.state).host))
  if (leaving !== undefined) return `${leaving.id} is stopping`
  const [lost] = census.lost
  if (lost !== undefined) return `${lost.id} is on ${lostHost(draft, lost)}, which is lost; bring the host back or remove it`
  const unready = census.live.filter((replica) => !census.isReady(replica))
  const notReadyYet = unready.find(({ revision }) => revision === census.target.number)
  if (notReadyYet !== undefined) return `${notReadyYet.id} is not ready yet`
  for (const victim of unreadyFirst(census, oldestFirst(census))) {
    // Another one is down already: taking a ready one out as well would make two.
    const other = unready.find(({ id }) => id !== victim.id)
    if (other !== undefined && census.isReady(victim)) return `${other.id} is not ready`
    if (!fits(draft, census.target, victim)) continue
    retire(draft, victim, 'swap')
    if (draft.assignmentsOf(victim.deployment).find(({ id }) => id === victim.id)?.stage === 'stopping')
      createSuccessor(draft, census.target, victim)
    return undefined
  }
  return 'no replica of an older revision could give its place to the new one'
}

const lostHost = (draft: FleetDraft, lost: Assignment): string =>
  draft.hostName(hostIdsOf(lost).find((hostId) => !isInTouch(draft.state.hosts.get(hostId))) ?? lost.hostId)

/** Puts the successor on the GPUs of the replica that just left; its agents start it when the former holder is gone. */
export const createSuccessor = (draft: FleetDraft, target: Revision, victim: Assignment): void => {
  createReplica(draft, target, placeOf(draft, target, victim))
}

const fits = (draft: FleetDraft, target: Revision, victim: Assignment): boolean =>
  findPlace(draft, target, placeOf(draft, target, victim)).placed

/** On one host the successor stays where the victim was. A gang takes what its predecessor leaves and, where that does not do, other hosts too. */
const placeOf = (draft: FleetDraft, target: Revision, victim: Assignment): CreateOptions => ({
  capacities: draft.capacitiesWithout(victim, target.spec.parallelism.hosts === 1),
  inPlaceOf: [victim],
  preferGpuUuids: membersOf(victim).flatMap(({ gpuUuids }) => gpuUuids),
})
