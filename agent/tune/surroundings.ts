import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TuneRow } from '../../shared/tuning/answer.ts'
import type { Environment } from '../observe/run-bounded.ts'
import { countersFile, hasOwn, listenersInside, type NamespaceKind, namespaceOf, readInside } from './namespaces.ts'
import type { Observed } from './observed.ts'
import type { Places } from './places.ts'
import { type HostFacts, type Surrounding, useOf } from './use.ts'

/** A replica that runs. */
export interface TunedContainer {
  readonly replicaId: string
  /** Its first process. */
  readonly pid: number
}

export interface SurroundingsOptions {
  readonly places: Places
  readonly environment: Environment
  readonly containers: () => readonly TunedContainer[] | Promise<readonly TunedContainer[]>
}

type InContainer = TuneRow['containers'][number]

/** What one container sees of each key that has a namespace. */
interface Inside {
  readonly container: TunedContainer
  readonly own: Readonly<Record<NamespaceKind, boolean | undefined>>
  readonly values: ReadonlyMap<string, string>
}

const kinds: readonly NamespaceKind[] = ['net', 'ipc']
const somaxconn = 'net.core.somaxconn'

/** What containers see of sysctls of their own (null where they share the host's), and whether anything makes use of them. Never rejects. */
export const surroundingsOf =
  (options: SurroundingsOptions) =>
  async (keys: readonly string[]): Promise<(key: string) => Partial<Observed>> => {
    const { places, environment } = options
    const containers = await options.containers()
    const inside = await Promise.all(containers.map((container) => lookInside(options, container, keys)))
    const apart = inside.filter(({ own }) => own.net === true)
    const [around, facts] = await Promise.all([
      Promise.all([
        surroundingAt(places, environment, 'the host', undefined, await text(join(places.proc, 'sys/net/core/somaxconn'))),
        ...apart.map(({ container, values }) =>
          surroundingAt(places, environment, container.replicaId, container.pid, values.get(somaxconn) ?? ''),
        ),
      ]),
      hostFacts(places),
    ])
    return (key) => ({ containers: inside.flatMap((one) => inContainer(key, one)), ...useOf(key, around, facts) })
  }

const lookInside = async (
  { places, environment }: SurroundingsOptions,
  container: TunedContainer,
  keys: readonly string[],
): Promise<Inside> => {
  const [net, ipc] = await Promise.all(kinds.map((kind) => hasOwn(places, container.pid, kind)))
  const own = { net, ipc }
  const wanted = [...new Set([...keys, somaxconn])]
  const read = await Promise.all(
    kinds
      .filter((kind) => own[kind])
      .map((kind) =>
        readInside(
          container.pid,
          kind,
          wanted.filter((key) => namespaceOf(key) === kind),
          { environment },
        ),
      ),
  )
  return { container, own, values: new Map(read.flatMap(({ values }) => [...values])) }
}

/** A key that is not there in a namespace of its own is the host's alone. */
const inContainer = (key: string, { container: { replicaId }, own, values }: Inside): readonly InContainer[] => {
  const kind = namespaceOf(key)
  if (!kind || own[kind] === undefined) return []
  if (!own[kind]) return [{ replicaId, value: null, own: false }]
  const value = values.get(key)
  return value === undefined && values.size > 0 ? [] : [{ replicaId, value: value ?? null, own: true }]
}

const text = async (file: string): Promise<string> => (await readFile(file, 'utf8').catch(() => '')).trim()

const surroundingAt = async (
  places: Places,
  environment: Environment,
  name: string,
  pid: number | undefined,
  limit: string,
): Promise<Surrounding> => {
  // A host that is looked at from outside has no sockets here.
  const listeners = places.proc === '/proc' ? await listenersInside(pid, { environment }) : ''
  return { name, listeners, counters: await text(countersFile(places, pid)), somaxconn: limit }
}

const hostFacts = async ({ proc, sys }: Places): Promise<HostFacts> => {
  const nodes = await readdir(join(sys, 'devices/system/node')).catch(() => [])
  const arp = await text(join(proc, 'net/arp'))
  return {
    swaps: await text(join(proc, 'swaps')),
    numaNodes: nodes.filter((name) => /^node\d+$/.test(name)).length,
    neighbours: Math.max(0, arp.split('\n').length - 1),
    trackedConnections: await text(join(proc, 'sys/net/netfilter/nf_conntrack_count')),
  }
}
