/** What two events share. Pure. */
import type { Params } from '../../../shared/diagnosis/finding.ts'
import type { PlacedReplica, Placement } from './placement.ts'

export type Relation = 'same-gpu' | 'same-replica' | 'same-deployment' | 'gpu-of-gang' | 'host-of-gang' | 'same-host'

/** An event or a finding: both say where they are in the same way. */
export interface Located {
  readonly host: string
  readonly subject: string
  readonly params: Params
}

/** What an event is about, as far as it or the placement tells. */
export interface Touched {
  readonly host: string
  readonly replica: string
  readonly deployment: string
  readonly gpus: ReadonlySet<string>
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const named = (subject: string, kind: string): string => (subject.startsWith(`${kind}/`) ? subject.slice(kind.length + 1) : '')

export const touchedBy = ({ host, subject, params }: Located, placement: Placement): Touched => {
  const replica = named(subject, 'replica') || text(params.replica)
  const placed = placement.get(replica)
  const gpu = named(subject, 'gpu') || text(params.gpuUuid) || text(params.uuid)
  // An event that names its GPU is about that one only, even when its replica has others.
  const gpus = gpu === '' ? (placed?.gpuUuids ?? []) : [gpu]
  return { host, replica, deployment: placed?.deployment ?? '', gpus: new Set(gpus) }
}

/** On one host. Where one of the two does not say which GPU, the host has to do. */
const sameGpu = (a: Touched, b: Touched): boolean =>
  a.host === b.host && (a.gpus.size === 0 || b.gpus.size === 0 || !a.gpus.isDisjointFrom(b.gpus))

const gangs = new WeakMap<Placement, ReadonlyMap<string, readonly PlacedReplica[]>>()

/** Replicas of a deployment on a host; grouped once for each placement, since it is asked for every pair of events. */
const members = (deployment: string, host: string, placement: Placement): readonly PlacedReplica[] => {
  const grouped = gangs.get(placement) ?? Map.groupBy(placement.values(), (placed) => `${placed.deployment} ${placed.host}`)
  gangs.set(placement, grouped)
  return deployment === '' ? [] : (grouped.get(`${deployment} ${host}`) ?? [])
}

type Test = (cause: Touched, effect: Touched, placement: Placement) => boolean

const tests: { readonly [R in Relation]: Test } = {
  'same-gpu': sameGpu,
  'same-replica': (cause, effect) => cause.replica !== '' && cause.replica === effect.replica,
  'same-deployment': (cause, effect) => cause.deployment !== '' && cause.deployment === effect.deployment,
  'gpu-of-gang': (cause, effect, placement) =>
    members(effect.deployment, cause.host, placement).some(
      ({ gpuUuids }) => cause.gpus.size === 0 || gpuUuids.some((uuid) => cause.gpus.has(uuid)),
    ) ||
    (effect.deployment === '' && sameGpu(cause, effect)),
  'host-of-gang': (cause, effect, placement) => cause.host === effect.host || members(effect.deployment, cause.host, placement).length > 0,
  'same-host': (cause, effect) => cause.host === effect.host,
}

export const related = (relation: Relation, cause: Touched, effect: Touched, placement: Placement): boolean =>
  tests[relation](cause, effect, placement)
