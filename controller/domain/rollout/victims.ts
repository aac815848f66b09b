/**
 * Whom a replica without a place could take it from. Hosts are many, and to prove that a set of victims makes room is dear: a host is looked at closely
 * only where the least that any set there could cost is less than the best so far. Pure.
 */
import type { FleetDraft } from '../fleet/draft.ts'
import type { Assignment, Revision } from '../model.ts'
import type { HostCapacity } from '../placement/capacity.ts'
import { gpusPerHost } from '../placement/request.ts'
import { type Candidate, candidatesOn, weightOf } from './candidates.ts'
import { couldTake } from './create.ts'
import { priorityOf } from './priority.ts'

/** The highest priority first, then the fewest, those that serve nobody, the fewest GPUs; the longer one runs, the later it goes. Smaller is better. */
export type Cost = readonly [priority: number, count: number, ready: number, gpus: number, age: number]

export interface Victims {
  readonly hostIds: readonly string[]
  readonly replicas: readonly Assignment[]
  readonly cost: Cost
}

/** Who asks for room, and whom it may take it from. */
export interface Search {
  readonly draft: FleetDraft
  readonly target: Revision
  /** Strictly weaker, and not taken yet. */
  readonly mayGo: (assignment: Assignment) => boolean
  /** The same for all searches that would find the same on a host that has not changed. */
  readonly key: string
}

/** A set that costs more is not looked for; of one that costs as much only that of a host of a smaller name. */
export interface Limit {
  readonly cost: Cost
  readonly hostName: string
}

/** So many replicas of lower priority on one host are tried in every combination; beyond that one after another is spared. */
const mostTriedWholly = 10

export const costOf = (draft: FleetDraft, replicas: readonly Assignment[]): Cost => {
  let [priority, ready, gpus, oldest] = [Number.NEGATIVE_INFINITY, 0, 0, Number.POSITIVE_INFINITY]
  for (const one of replicas) {
    const weight = weightOf(draft, one)
    priority = Math.max(priority, priorityOf(draft, one.deployment))
    ready += weight.ready
    gpus += weight.gpus
    oldest = Math.min(oldest, one.createdUnixMs)
  }
  return [priority, replicas.length, ready, gpus, -oldest]
}

export const compareCosts = (a: Cost, b: Cost): number => a[0] - b[0] || a[1] - b[1] || a[2] - b[2] || a[3] - b[3] || a[4] - b[4]

const isWithin = (cost: Cost, hostName: string, limit: Limit | undefined): boolean => {
  if (limit === undefined) return true
  const order = compareCosts(cost, limit.cost)
  return order < 0 || (order === 0 && hostName < limit.hostName)
}

/** The cheapest set on one host that really makes room for a replica. */
export const cheapest = (search: Search): Victims | undefined => {
  let best: Victims | undefined
  let limit: Limit | undefined
  for (const capacity of search.draft.capacities()) {
    const found = cheapestOn(search, capacity, limit)
    if (found === undefined) continue
    best = found
    limit = { cost: found.cost, hostName: capacity.host.record.name }
  }
  return best
}

/** The cheapest set there that makes room for a replica, or for a member of a gang; undefined when there is none within the limit. */
export const cheapestOn = (search: Search, capacity: HostCapacity, limit?: Limit): Victims | undefined => {
  const { record } = capacity.host
  const least = leastOn(search, capacity)
  if (least === undefined || !isWithin(least, record.name, limit)) return undefined
  const room = new Room(search.target, capacity)
  const candidates = mayGoOn(search, capacity)
  const all = candidates.map(({ one }) => one)
  if (!fits(search, record.id, all)) return undefined
  if (candidates.length > mostTriedWholly) {
    const replicas = spare(search.draft, all, (set) => fits(search, record.id, set))
    const cost = costOf(search.draft, replicas)
    return isWithin(cost, record.name, limit) ? { hostIds: [record.id], replicas, cost } : undefined
  }
  const found = setsOf(search.draft, room, candidates).find(({ replicas }) => fits(search, record.id, replicas))
  return found && isWithin(found.cost, record.name, limit) ? { hostIds: [record.id], ...found } : undefined
}

const mayGoOn = ({ draft, mayGo }: Search, capacity: HostCapacity): readonly Candidate[] =>
  candidatesOn(draft, capacity).filter(({ one }) => mayGo(one))

/** By host as it is, and by search: deployments that ask for the same are many, and hosts that change between two of them few. */
const leasts = new WeakMap<HostCapacity, Map<string, Cost | undefined>>()

const leastOn = (search: Search, capacity: HostCapacity): Cost | undefined => {
  const known = leasts.get(capacity) ?? new Map<string, Cost | undefined>()
  leasts.set(capacity, known)
  if (known.has(search.key)) return known.get(search.key)
  const least = leastCost(search.draft, new Room(search.target, capacity), mayGoOn(search, capacity))
  known.set(search.key, least)
  return least
}

const fits = ({ draft, target }: Search, hostId: string, without: readonly Assignment[]): boolean =>
  draft.capacityWithoutAll(hostId, without).some((capacity) => couldTake(draft, target, capacity, without))

/** What is missing on a host, by GPUs and memory alone, which is cheap to see. */
class Room {
  readonly #gpus: number
  readonly #memoryMiB: number

  constructor({ spec }: Revision, { freeGpus, freeMemoryMiB }: HostCapacity) {
    this.#gpus = gpusPerHost(spec) - freeGpus.length
    this.#memoryMiB = spec.resources.memoryRequestMiB - freeMemoryMiB
  }

  /** No set that frees less can do. */
  mayBeMadeBy(candidates: readonly Candidate[]): boolean {
    let [gpus, memoryMiB] = [this.#gpus, this.#memoryMiB]
    for (const { gpusHere, memoryMiBHere } of candidates) {
      gpus -= gpusHere
      memoryMiB -= memoryMiBHere
    }
    return gpus <= 0 && memoryMiB <= 0
  }

  /** So many of them go at least. */
  fewest(candidates: readonly Candidate[]): number {
    return Math.max(1, fewestFor(this.#gpus, candidates, 'gpusHere'), fewestFor(this.#memoryMiB, candidates, 'memoryMiBHere'))
  }
}

const fewestFor = (needed: number, candidates: readonly Candidate[], what: 'gpusHere' | 'memoryMiBHere'): number => {
  if (needed <= 0) return 0
  const sizes = candidates.map((candidate) => candidate[what]).sort((a, b) => b - a)
  let left = needed
  return (
    1 +
    sizes.findIndex((size) => {
      left -= size
      return left <= 0
    })
  )
}

/** No set on the host costs less; undefined when none there makes room. */
const leastCost = (draft: FleetDraft, room: Room, candidates: readonly Candidate[]): Cost | undefined => {
  if (candidates.length === 0 || !room.mayBeMadeBy(candidates)) return undefined
  const priorities = candidates.map(({ one }) => priorityOf(draft, one.deployment))
  for (const priority of [...new Set(priorities)].sort((a, b) => a - b)) {
    const pool = candidates.filter((_, index) => (priorities[index] ?? 0) <= priority)
    if (!room.mayBeMadeBy(pool)) continue
    const count = room.fewest(pool)
    const idle = pool.filter(({ ready }) => ready === 0).length
    const gpus = pool.map((candidate) => candidate.gpus).sort((a, b) => a - b)
    const youngest = pool.map(({ one }) => one.createdUnixMs).sort((a, b) => b - a)
    const fewestGpus = gpus.slice(0, count).reduce((sum, each) => sum + each, 0)
    return [priority, count, Math.max(0, count - idle), fewestGpus, -(youngest[count - 1] ?? 0)]
  }
  return undefined
}

/** All that may make room, the cheapest first. */
const setsOf = (draft: FleetDraft, room: Room, candidates: readonly Candidate[]): readonly Pick<Victims, 'replicas' | 'cost'>[] =>
  Array.from({ length: 2 ** candidates.length - 1 }, (_, index) => candidates.filter((_one, bit) => ((index + 1) >> bit) & 1))
    .filter((set) => room.mayBeMadeBy(set))
    .map((set) => set.map(({ one }) => one))
    .map((replicas) => ({ replicas, cost: costOf(draft, replicas) }))
    .sort((a, b) => compareCosts(a.cost, b.cost))

/** What is left of a set that does when as many as can be are taken out of it, the dearest first. */
export const spare = (
  draft: FleetDraft,
  all: readonly Assignment[],
  does: (set: readonly Assignment[]) => boolean,
): readonly Assignment[] => {
  const dearestFirst = all
    .map((one) => ({ one, cost: costOf(draft, [one]) }))
    .sort((a, b) => compareCosts(b.cost, a.cost))
    .map(({ one }) => one)
  let set = all
  for (const one of dearestFirst) {
    const without = set.filter((other) => other !== one)
    if (without.length > 0 && does(without)) set = without
  }
  return set
}
