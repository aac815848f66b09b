/**
 * Where a replica goes. Every host is looked at and scored exactly; equal hosts are told apart by name, so the same fleet always gives the
 * same answer. Pure.
 */
import { unwelcome } from '../hosts/taints.ts'
import type { HostRejection } from '../model.ts'
import { Capacities } from './capacities.ts'
import type { HostCapacity } from './capacity.ts'
import { rejection, rejectionOf, suitableGpus } from './filter.ts'
import { chooseHosts, type GangCandidate } from './gang.ts'
import { chooseGpus, type GpuChoice } from './gpus.ts'
import { compareNames } from './names.ts'
import { crowding, keptApart } from './neighbours.ts'
import { Ranking } from './ranking.ts'
import { gpusPerHost, type PlacementRequest, shapeOf } from './request.ts'
import { type Refused, suggest, suggestForGang } from './suggest.ts'

export interface Placed {
  readonly placed: true
  readonly hostId: string
  readonly gpuUuids: readonly string[]
  /** The hosts of a gang beside the first, by rank; empty for a replica on one host. */
  readonly workers: readonly PlacedWorker[]
}

export interface PlacedWorker {
  readonly hostId: string
  readonly gpuUuids: readonly string[]
}

export interface NotPlaced {
  readonly placed: false
  readonly hosts: readonly HostRejection[]
  readonly suggestion: string
}

export type Placement = Placed | NotPlaced

interface Candidate extends GangCandidate {
  readonly gpus: GpuChoice
  /** Compared from left to right; smaller is better. */
  readonly score: readonly number[]
}

/** What was found out about hosts for one request, kept over many placements of it. */
export class Verdicts {
  readonly #known = new WeakMap<HostCapacity, Candidate | Refused>()
  readonly #ranking = new Ranking<Candidate>(isBetter)

  of(capacity: HostCapacity, request: PlacementRequest): Candidate | Refused {
    const known = this.#known.get(capacity)
    if (known !== undefined) return known
    const verdict = judge(capacity, request)
    this.#known.set(capacity, verdict)
    return verdict
  }

  best(capacities: Capacities, request: PlacementRequest): Candidate | undefined {
    return this.#ranking.best(capacities, (capacity) => {
      const verdict = this.of(capacity, request)
      return 'rejection' in verdict ? undefined : verdict
    })
  }
}

/**
 * @param capacities of all hosts, in any order
 * @param verdicts of earlier placements of the very same request
 */
export const place = (request: PlacementRequest, capacities: Iterable<HostCapacity>, verdicts: Verdicts = new Verdicts()): Placement => {
  const isGang = request.spec.parallelism.hosts > 1
  if (!isGang && request.neighbours === undefined && capacities instanceof Capacities) {
    const first = verdicts.best(capacities, request)
    if (first !== undefined) return { placed: true, ...partOf(first), workers: [] }
  }
  const candidates: Candidate[] = []
  const refused: Refused[] = []
  let best: Candidate | undefined
  for (const capacity of capacities) {
    // What others do changes from placement to placement, so it is no part of what is remembered.
    const verdict = besideOthers(verdicts.of(capacity, request), request)
    if ('rejection' in verdict) refused.push(verdict)
    else if (isGang) candidates.push(verdict)
    else if (best === undefined || isBetter(verdict, best)) best = verdict
  }
  if (best !== undefined) return { placed: true, ...partOf(best), workers: [] }
  refused.sort((a, b) => compareNames(a.rejection.hostName, b.rejection.hostName))
  if (isGang) return placeGang(request, candidates, refused)
  return { placed: false, hosts: refused.map((one) => one.rejection), suggestion: suggest(refused, request) }
}

/** Whether a host could take it, or a member of it. */
export const takes = (request: PlacementRequest, capacity: HostCapacity): boolean =>
  !('rejection' in besideOthers(judge(capacity, request), request))

const besideOthers = (verdict: Candidate | Refused, { neighbours }: PlacementRequest): Candidate | Refused => {
  if (neighbours === undefined || 'rejection' in verdict) return verdict
  const { host } = verdict.capacity
  const apart = keptApart(neighbours, host.record)
  if (apart !== undefined) return { rejection: rejection(host, ['anti-affinity', apart]), capacity: verdict.capacity }
  const [unwanted = 0, ...rest] = verdict.score
  return { ...verdict, score: [unwanted + crowding(neighbours, host.record), ...rest] }
}

const noGpus = { gpus: [], gpuLinks: [] }

/** By host as it is, and by what is asked for: on a full fleet many deployments ask for the same, plan after plan. */
const refusals = new WeakMap<HostCapacity, Map<string, Refused | undefined>>()

const refusedBy = (capacity: HostCapacity, request: PlacementRequest): Refused | undefined => {
  const shape = shapeOf(request)
  const known = refusals.get(capacity) ?? new Map<string, Refused | undefined>()
  refusals.set(capacity, known)
  if (known.has(shape)) return known.get(shape)
  const found = rejectionOf(capacity, request)
  const refused = found && { rejection: found, capacity }
  known.set(shape, refused)
  return refused
}

const judge = (capacity: HostCapacity, request: PlacementRequest): Candidate | Refused => {
  const refused = refusedBy(capacity, request)
  if (refused !== undefined) return refused
  const { spec, preferGpuUuids } = request
  const gpus = chooseGpus(capacity.host.inventory ?? noGpus, suitableGpus(capacity, spec), {
    needed: gpusPerHost(spec),
    groupSize: spec.parallelism.tensorParallel,
    preferred: preferGpuUuids,
  })
  return { capacity, gpus, score: scoreOf(capacity, gpus, request) }
}

/**
 * Hosts that no taint and no neighbour speaks against first, spread within the deployment, then one NVLink domain, then the shortest way over PCIe,
 * then the fullest host, then the smallest GPUs that do.
 */
const scoreOf = (capacity: HostCapacity, gpus: GpuChoice, { deployment, spec }: PlacementRequest): readonly number[] => [
  unwelcome(capacity.host.record.taints, spec.placement.tolerations),
  spec.placement.spread ? (capacity.replicasOf.get(deployment) ?? 0) : 0,
  gpus.oneDomain ? 0 : 1,
  gpus.reach,
  capacity.freeGpus.length - gpus.uuids.length,
  gpus.memoryMiB,
  capacity.freeMemoryMiB,
]

const isBetter = (a: Candidate, b: Candidate): boolean => {
  for (let i = 0; i < a.score.length; i++) {
    const [value, other] = [a.score[i] ?? 0, b.score[i] ?? 0]
    if (value !== other) return value < other
  }
  const order = compareNames(a.capacity.host.record.name, b.capacity.host.record.name)
  return order === 0 ? a.capacity.host.record.id < b.capacity.host.record.id : order < 0
}

const partOf = ({ capacity, gpus }: Candidate): PlacedWorker => ({ hostId: capacity.host.record.id, gpuUuids: gpus.uuids })

/** All of it or nothing. */
const placeGang = (request: PlacementRequest, candidates: readonly Candidate[], refused: readonly Refused[]): Placement => {
  const { hosts, tensorParallel } = request.spec.parallelism
  const { nowUnixMs, spec } = request
  const chosen = chooseHosts(candidates, hosts, nowUnixMs)
  const [leader, ...workers] = chosen ?? []
  if (leader !== undefined) return { placed: true, ...partOf(leader), workers: workers.map(partOf) }
  const missing = Math.max(0, hosts - candidates.length)
  const why =
    missing > 0
      ? `could take one of the ${hosts} members; ${candidates.length} such host${candidates.length === 1 ? '' : 's'} found`
      : 'could take a member, but too many of these hosts must not be in one gang'
  const able = candidates.map(({ capacity }) => rejection(capacity.host, ['multi-host', why]))
  const alone = candidates.map(({ capacity }) => capacity).find((capacity) => suitableGpus(capacity, spec).length >= spec.resources.gpus)
  return {
    placed: false,
    hosts: [...refused.map((one) => one.rejection), ...able].sort((a, b) => compareNames(a.hostName, b.hostName)),
    suggestion: suggestForGang(refused, missing, tensorParallel <= spec.resources.gpus ? alone : undefined, request),
  }
}
