/** What `hostler diagnose SUBJECT TARGET…` means: which hosts to ask, and which of their GPUs and replicas it is about. Pure. */
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { Assignment, Deployment, HostView } from '../model.ts'

export interface TargetFacts {
  readonly hosts: ReadonlyMap<string, HostView>
  readonly deployments: ReadonlyMap<string, Deployment>
  readonly assignments: ReadonlyMap<string, Assignment>
}

/** One host to ask. Without GPUs and replicas it is about the whole host. */
export interface TargetHost {
  readonly hostId: string
  readonly name: string
  readonly gpuUuids: readonly string[]
  readonly replicas: readonly string[]
}

interface Aim {
  readonly hostId: string
  readonly gpuUuid?: string
  readonly replica?: string
}

/** Shorter beginnings of a UUID are more likely a mistake. */
const leastUuidLength = 8

const gpusOf = ({ inventory }: HostView) => inventory?.gpus ?? []

const byGpu = (target: string, { hosts }: TargetFacts): readonly Aim[] => {
  const [hostName, index] = target.split(':')
  const matches = (host: HostView, gpu: { readonly uuid: string; readonly index: number }): boolean =>
    index === undefined
      ? target.length >= leastUuidLength && gpu.uuid.toLowerCase().startsWith(target.toLowerCase())
      : host.record.name === hostName && String(gpu.index) === index
  return [...hosts].flatMap(([hostId, host]) =>
    gpusOf(host)
      .filter((gpu) => matches(host, gpu))
      .map(({ uuid }) => ({ hostId, gpuUuid: uuid })),
  )
}

const aimsOf = (target: string, facts: TargetFacts): readonly Aim[] => {
  const { hosts, assignments, deployments } = facts
  const byHost = [...hosts].filter(([id, { record }]) => record.name === target || id === target).map(([hostId]) => ({ hostId }))
  if (byHost.length > 0) return byHost
  const byReplica = [...assignments.values()]
    .filter(({ id, deployment }) => id === target || deployment === target)
    .map(({ id, hostId }) => ({ hostId, replica: id }))
  if (byReplica.length > 0) return byReplica
  const gpus = byGpu(target, facts)
  if (gpus.length > 0) return gpus
  throw new HostlerError(
    'NOT_FOUND',
    deployments.has(target)
      ? `${target} has no replica on any host, so there is nothing to look at; hostler describe ${target} says why`
      : `nothing is named ${target}; expected a host, a GPU (UUID or HOST:INDEX), a replica or a deployment, as hostler get shows them`,
  )
}

/**
 * The hosts in order of their names; without targets, all that have not been removed. Throws NOT_FOUND. A host that is named as a whole is looked at as
 * a whole, even if one of its GPUs is named too.
 */
export const targetHosts = (targets: readonly string[], facts: TargetFacts): readonly TargetHost[] => {
  const present = new Map([...facts.hosts].filter(([, { record }]) => !record.revoked))
  if (present.size === 0) throw new HostlerError('NOT_FOUND', 'there are no hosts yet; hostler token create prints how one joins')
  const known = { ...facts, hosts: present }
  const aims =
    targets.length === 0 ? [...present.keys()].map((hostId): Aim => ({ hostId })) : targets.flatMap((target) => aimsOf(target, known))
  return [...Map.groupBy(aims, ({ hostId }) => hostId)]
    .flatMap(([hostId, own]) => {
      const host = present.get(hostId)
      if (!host) return []
      const whole = own.some(({ gpuUuid, replica }) => gpuUuid === undefined && replica === undefined)
      const part = <Key extends 'gpuUuid' | 'replica'>(key: Key): readonly string[] =>
        whole ? [] : [...new Set(own.flatMap((aim) => aim[key] ?? []))]
      return [{ hostId, name: host.record.name, gpuUuids: part('gpuUuid'), replicas: part('replica') }]
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
