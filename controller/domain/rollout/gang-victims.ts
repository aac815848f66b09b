/**
 * Whom a gang could take its places from: all of them or nobody. The hosts that could take a member for the least are added one after another, free
 * ones first, until the whole gang has a place; then whoever was not needed is spared. A replica that spans hosts frees all of them for its price, so
 * what it leaves is looked at again. The set is one of which nobody can be spared, and not always the cheapest of all: that would be a search through
 * all combinations of hosts. Pure.
 */
import type { FleetDraft } from '../fleet/draft.ts'
import { hostIdsOf } from '../gang/members.ts'
import type { Assignment } from '../model.ts'
import type { HostCapacity } from '../placement/capacity.ts'
import { gpusPerHost } from '../placement/request.ts'
import { couldTake, findPlace } from './create.ts'
import { cheapestOn, compareCosts, costOf, type Limit, type Search, spare, type Victims } from './victims.ts'

export const cheapestForGang = (search: Search): Victims | undefined => {
  const { draft, target } = search
  const needed = target.spec.parallelism.hosts
  const open: HostCapacity[] = []
  const closed: HostCapacity[] = []
  for (const capacity of draft.capacities())
    (capacity.freeGpus.length >= gpusPerHost(target.spec) && couldTake(draft, target, capacity) ? open : closed).push(capacity)
  // As many hosts as are missing do, unless some of them must not be in one gang.
  const missing = Math.max(1, needed - open.length)
  const few = pricesOf(search, closed, missing)
  return gather(search, open, few) ?? (few.length < missing ? undefined : gather(search, open, pricesOf(search, closed, closed.length)))
}

interface Price {
  readonly capacity: HostCapacity
  readonly victims: Victims
}

const inOrder = (a: Price, b: Price): number =>
  compareCosts(a.victims.cost, b.victims.cost) || (a.capacity.host.record.name < b.capacity.host.record.name ? -1 : 1)

/** Of so many hosts at most, the cheapest first. */
const pricesOf = (search: Search, closed: readonly HostCapacity[], most: number): readonly Price[] => {
  let prices: Price[] = []
  let limit: Limit | undefined
  for (const capacity of closed) {
    const victims = cheapestOn(search, capacity, limit)
    if (victims === undefined) continue
    prices.push({ capacity, victims })
    if (prices.length < 2 * most) continue
    prices = prices.sort(inOrder).slice(0, most)
    const last = prices.at(-1)
    limit = last && { cost: last.victims.cost, hostName: last.capacity.host.record.name }
  }
  return prices.sort(inOrder).slice(0, most)
}

const gather = (search: Search, open: readonly HostCapacity[], prices: readonly Price[]): Victims | undefined => {
  const hostIds = new Set(open.map(({ host }) => host.record.id))
  const victims = new Set<Assignment>()
  const needed = search.target.spec.parallelism.hosts
  // Twice as many at a time, so that a large fleet in which hosts must be kept apart is not tried host by host.
  let next = 1
  for (const { capacity, victims: theirs } of prices) {
    hostIds.add(capacity.host.record.id)
    for (const one of theirs.replicas) {
      victims.add(one)
      for (const hostId of hostIdsOf(one)) hostIds.add(hostId)
    }
    if (hostIds.size < needed || victims.size < next) continue
    if (!fits(search, [...hostIds], [...victims])) {
      next = 2 * victims.size
      continue
    }
    return taken(search, [...hostIds], [...victims])
  }
  return victims.size > 0 && fits(search, [...hostIds], [...victims]) ? taken(search, [...hostIds], [...victims]) : undefined
}

const taken = (search: Search, hostIds: readonly string[], victims: readonly Assignment[]): Victims => {
  const { draft } = search
  const replicas = spare(draft, victims, (set) => fits(search, hostIds, set))
  return { hostIds: [...new Set(replicas.flatMap(hostIdsOf))], replicas, cost: costOf(draft, replicas) }
}

const fits = ({ draft, target }: Search, hostIds: readonly string[], without: readonly Assignment[]): boolean =>
  findPlace(draft, target, { capacities: withoutAll(draft, hostIds, without), inPlaceOf: without }).placed

const withoutAll = (draft: FleetDraft, hostIds: readonly string[], without: readonly Assignment[]): readonly HostCapacity[] =>
  hostIds.flatMap((hostId) => draft.capacityWithoutAll(hostId, without))
