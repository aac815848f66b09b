/**
 * Where a replica goes. Every host is looked at and scored exactly; equal hosts are told apart by name, so the same fleet always gives the
 * same answer. Pure.
 */
import type { HostRejection } from '../model.ts'
import type { HostCapacity } from './capacity.ts'
import { rejection, rejectionOf, suitableGpus } from './filter.ts'
import { chooseGpus, type GpuChoice } from './gpus.ts'
import type { PlacementRequest } from './request.ts'
import { suggest } from './suggest.ts'

export interface Placed {
  readonly placed: true
  readonly hostId: string
  readonly gpuUuids: readonly string[]
}

export interface NotPlaced {
  readonly placed: false
  readonly hosts: readonly HostRejection[]
  readonly suggestion: string
}

export type Placement = Placed | NotPlaced

interface Candidate {
  readonly capacity: HostCapacity
  readonly gpus: GpuChoice
  /** Compared from left to right; smaller is better. */
  readonly score: readonly number[]
}

interface Refused {
  readonly rejection: HostRejection
  readonly capacity: HostCapacity
}

/**
 * What was found out about hosts for one request, kept over many placements of it: a capacity never changes, a host that does gets
 * another one, so only the host that took the last replica is looked at again.
 */
export type Verdicts = WeakMap<HostCapacity, Candidate | Refused>

/**
 * @param capacities of all hosts, in any order
 * @param verdicts of earlier placements of the very same request
 */
export const place = (request: PlacementRequest, capacities: Iterable<HostCapacity>, verdicts: Verdicts = new WeakMap()): Placement => {
  if (request.spec.parallelism.hosts > 1) return notOnSeveralHosts(request, [...capacities])
  const refused: Refused[] = []
  let best: Candidate | undefined
  for (const capacity of capacities) {
    let verdict = verdicts.get(capacity)
    if (verdict === undefined) {
      verdict = judge(capacity, request)
      verdicts.set(capacity, verdict)
    }
    if ('rejection' in verdict) refused.push(verdict)
    else if (best === undefined || isBetter(verdict, best)) best = verdict
  }
  if (best !== undefined) return { placed: true, hostId: best.capacity.host.record.id, gpuUuids: best.gpus.uuids }
  refused.sort((a, b) => compareNames(a.rejection.hostName, b.rejection.hostName))
  return { placed: false, hosts: refused.map((one) => one.rejection), suggestion: suggest(refused, request) }
}

const judge = (capacity: HostCapacity, request: PlacementRequest): Candidate | Refused => {
  const refused = rejectionOf(capacity, request)
  if (refused !== undefined) return { rejection: refused, capacity }
  const { spec, preferGpuUuids } = request
  const links = capacity.host.inventory?.gpuLinks ?? []
  const gpus = chooseGpus(suitableGpus(capacity, spec), spec.resources.gpus, links, preferGpuUuids)
  return { capacity, gpus, score: scoreOf(capacity, gpus, request) }
}

/** Spread within the deployment first, then one NVLink domain, then the fullest host, then the smallest GPUs that do. */
const scoreOf = (capacity: HostCapacity, gpus: GpuChoice, { deployment, spec }: PlacementRequest): readonly number[] => [
  spec.placement.spread ? (capacity.replicasOf.get(deployment) ?? 0) : 0,
  gpus.oneDomain ? 0 : 1,
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

/** gpu-2 before gpu-10, and the same on every machine whatever its locale. */
export const compareNames = (a: string, b: string): number => {
  const [left, right] = [a.split(/(\d+)/), b.split(/(\d+)/)]
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x, y] = [left[i] ?? '', right[i] ?? '']
    if (x === y) continue
    const byNumber = i % 2 === 1 ? Number(x) - Number(y) : 0
    return byNumber !== 0 ? byNumber : x < y ? -1 : 1
  }
  return left.length - right.length
}

const notOnSeveralHosts = ({ spec }: PlacementRequest, hosts: readonly HostCapacity[]): NotPlaced => {
  const { gpus } = spec.resources
  const message = `a replica over ${spec.parallelism.hosts} hosts is not placed by this version`
  const large = hosts.find(({ host }) => (host.inventory?.gpus.length ?? 0) >= gpus)
  return {
    placed: false,
    hosts: hosts.map(({ host }) => rejection(host, ['multi-host', message])).sort((a, b) => compareNames(a.hostName, b.hostName)),
    suggestion:
      large !== undefined
        ? `set parallelism.hosts to 1: ${large.host.record.name} has ${gpus} GPUs by itself`
        : `replicas over several hosts are not supported yet; use a quantised model that fits the GPUs of one host, with parallelism.hosts: 1`,
  }
}
