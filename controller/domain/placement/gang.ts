/**
 * Which hosts a gang spans: the best of all sets that may be, found without trying them all. What tells sets apart is either a sum over their hosts
 * or shared by all of them (one GPU model; one rack, or one zone), so the best set of each group that shares something is its first hosts in order
 * of score, and the best of those is the best of all. Pure.
 */
import { pairQuarantined } from '../mesh/quarantine.ts'
import { chooseApart } from './apart.ts'
import type { HostCapacity } from './capacity.ts'
import type { GpuChoice } from './gpus.ts'
import { compareNames } from './names.ts'

export interface GangCandidate {
  readonly capacity: HostCapacity
  readonly gpus: GpuChoice
  /** The deployment's other replicas there, whether the GPUs are one NVLink domain, how far apart they are, and then how full the host is. */
  readonly score: readonly number[]
}

/** Labels that say where a host stands, the nearest first. Hosts of one rack share a switch, hosts of one zone a network. */
export const nearness = ['rack', 'zone'] as const

interface Weighed<C> {
  readonly candidate: C
  readonly name: string
  readonly models: string
  readonly labels: Readonly<Record<string, string>>
  /** Compared from left to right and summed over a gang; smaller is better. */
  readonly near: readonly number[]
  readonly far: readonly number[]
}

interface Team<C> {
  readonly hosts: readonly Weighed<C>[]
  /** Compared from left to right; smaller is better. */
  readonly score: readonly number[]
}

/**
 * By rank, leader first; undefined when there is no such set. One GPU model first, then hosts that run little of the deployment and hold their
 * part in one NVLink domain or else on near GPUs, then hosts near each other, then fast networks, then the fullest hosts.
 */
export const chooseHosts = <C extends GangCandidate>(
  candidates: readonly C[],
  needed: number,
  nowUnixMs: number,
): readonly C[] | undefined => {
  const sorted = candidates.map(weigh).sort(inOrder)
  const enemies = enemiesOf(sorted, nowUnixMs)
  let best: Team<C> | undefined
  for (const { shared, hosts } of groupsOf(sorted)) {
    if (hosts.length < needed) continue
    const team = chooseApart(hosts, needed, enemies, compareSums)
    if (team === undefined) continue
    const found = { hosts: team, score: scoreOf(team, shared) }
    if (best === undefined || compareTeams(found, best) < 0) best = found
  }
  return best && inRanks(best.hosts).map(({ candidate }) => candidate)
}

const weigh = <C extends GangCandidate>(candidate: C): Weighed<C> => {
  const { capacity, gpus, score } = candidate
  const { record } = capacity.host
  const [unwanted = 0, replicas = 0, domain = 0, reach = 0, ...rest] = score
  return {
    candidate,
    name: record.name,
    models: modelsOf(capacity, gpus),
    labels: record.labels,
    near: [unwanted, replicas, domain, reach],
    far: [-speedOf(capacity), ...rest],
  }
}

const modelsOf = ({ host }: HostCapacity, { uuids }: GpuChoice): string => {
  const chosen = new Set(uuids)
  return [...new Set((host.inventory?.gpus ?? []).filter(({ uuid }) => chosen.has(uuid)).map(({ model }) => model))].sort().join(', ')
}

/** Of the card that has the host's address, in Mb/s; 0 where it is not known. */
const speedOf = ({ host }: HostCapacity): number =>
  host.inventory?.nics.find(({ addresses }) => addresses.some((address) => address.split('/')[0] === host.address))?.speedMbps ?? 0

const inOrder = <C>(a: Weighed<C>, b: Weighed<C>): number =>
  compareVectors(a.near, b.near) || compareVectors(a.far, b.far) || compareNames(a.name, b.name)

const compareVectors = (a: readonly number[], b: readonly number[]): number => {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Pairs of hosts that must not be in one gang, both ways. */
const enemiesOf = <C extends GangCandidate>(
  hosts: readonly Weighed<C>[],
  nowUnixMs: number,
): ReadonlyMap<Weighed<C>, ReadonlySet<Weighed<C>>> => {
  const byName = new Map(hosts.map((host) => [host.name, host]))
  const enemies = new Map<Weighed<C>, Set<Weighed<C>>>()
  const add = (a: Weighed<C>, b: Weighed<C>) => enemies.set(a, (enemies.get(a) ?? new Set()).add(b))
  for (const host of hosts) {
    const { record } = host.candidate.capacity.host
    for (const { peer } of record.quarantines ?? []) {
      const other = byName.get(peer)
      if (other === undefined || pairQuarantined(record, other.candidate.capacity.host.record, nowUnixMs) === undefined) continue
      add(host, other)
      add(other, host)
    }
  }
  return enemies
}

interface Group<C> {
  /** Whether models are mixed, and how far apart the hosts may stand. */
  readonly shared: readonly [mixed: number, distance: number]
  readonly hosts: readonly Weighed<C>[]
}

/** Each keeps the order. A set of hosts belongs to several; what it shares most closely is among them. */
const groupsOf = <C>(sorted: readonly Weighed<C>[]): readonly Group<C>[] => {
  const byModel = [...Map.groupBy(sorted, ({ models }) => models).values()]
  const mixed = byModel.length > 1 ? [{ mixed: 1, hosts: sorted }] : []
  return [...byModel.map((hosts) => ({ mixed: 0, hosts })), ...mixed].flatMap(({ mixed, hosts }) => [
    ...nearness.flatMap((label, distance) =>
      [...Map.groupBy(hosts, ({ labels }) => labels[label]).entries()]
        .filter(([place]) => place !== undefined)
        .map(([, near]): Group<C> => ({ shared: [mixed, distance], hosts: near })),
    ),
    { shared: [mixed, nearness.length], hosts },
  ])
}

const sumOf = <C>(hosts: readonly Weighed<C>[], part: 'near' | 'far'): readonly number[] =>
  (hosts[0]?.[part] ?? []).map((_, place) => hosts.reduce((sum, host) => sum + (host[part][place] ?? 0), 0))

const compareSums = <C>(a: readonly Weighed<C>[], b: readonly Weighed<C>[]): number =>
  compareVectors(sumOf(a, 'near'), sumOf(b, 'near')) || compareVectors(sumOf(a, 'far'), sumOf(b, 'far'))

const scoreOf = <C>(hosts: readonly Weighed<C>[], [mixed, distance]: Group<C>['shared']): readonly number[] => [
  mixed,
  ...sumOf(hosts, 'near'),
  distance,
  ...sumOf(hosts, 'far'),
]

const compareTeams = <C>(a: Team<C>, b: Team<C>): number => {
  const byScore = compareVectors(a.score, b.score)
  if (byScore !== 0) return byScore
  const [left, right] = [inRanks(a.hosts), inRanks(b.hosts)]
  return left.map((host, rank) => compareNames(host.name, right[rank]?.name ?? '')).find((order) => order !== 0) ?? 0
}

/** Stages that follow one another stand near each other. */
const inRanks = <C>(hosts: readonly Weighed<C>[]): readonly Weighed<C>[] =>
  hosts.toSorted(
    (a, b) =>
      [...nearness]
        .reverse()
        .map((label) => compareNames(a.labels[label] ?? '', b.labels[label] ?? ''))
        .find((order) => order !== 0) ?? compareNames(a.name, b.name),
  )
