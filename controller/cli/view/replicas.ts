import { toneOf } from '../terminal/colour.ts'
import type { Column } from '../terminal/table.ts'
import { ageSince, formatAge } from '../terminal/time.ts'
import type { Fleet, Replica } from './fleet.ts'

/** It, or a member of it. */
export const isOn = ({ hostId, workers }: Replica, id: string): boolean => hostId === id || workers.some((worker) => worker.hostId === id)

/** What a replica is doing, in a word or two. A silent host's last word is not the state of things, so that comes first. */
export const replicaState = (replica: Replica, fleet: Pick<Fleet, 'hosts'>): string => {
  const hosts = fleet.hosts.filter(({ id }) => isOn(replica, id))
  const away = hosts.find(({ state }) => state === 'lost') ?? hosts.find(({ state }) => state === 'silent')
  if (away !== undefined) return `host-${away.state}`
  if (replica.intent === 'lost') return 'host-lost'
  if (replica.intent === 'drain') return 'draining'
  if (replica.intent === 'stop') return 'stopping'
  if (replica.gang !== undefined && replica.gang.downReason !== '') return 'backoff'
  if (replica.phase === 'pulling' && replica.progressPercent > 0) return `pulling ${replica.progressPercent}%`
  return replica.phase
}

/** Why it is as it is, in one line; empty when all is well. */
export const replicaDetail = (replica: Replica, nowUnixMs: number): string => {
  const { gang } = replica
  // It is on its way out; what it was doing before is no reason.
  if (replica.intent === 'drain' || replica.intent === 'stop') return ''
  const isDown = gang !== undefined && gang.downReason !== ''
  const said = isDown ? gang.downReason : [replica.reason, replica.message].filter((part) => part !== '').join(': ')
  const waitMs = (isDown ? gang.nextStartUnixMs : replica.nextAttemptUnixMs) - nowUnixMs
  const next = (isDown || replica.phase === 'backoff') && waitMs > 0 ? `next start in ${formatAge(waitMs)}` : ''
  return [said, next].filter((part) => part !== '').join('; ')
}

/** That there is more to read, without reading it out in every row. */
const warningNote = ({ id, warnings }: Replica): string =>
  warnings.length === 0 ? '' : `${warnings.length} warning${warnings.length === 1 ? '' : 's'}: hostler describe replica ${id}`

/** Each warning once, with the replicas it is about: `text (a-1, a-2)`. */
export const warningLines = (replicas: readonly Replica[]): readonly string[] => {
  const byText = new Map<string, string[]>()
  for (const { id, warnings } of replicas) for (const text of new Set(warnings)) byText.set(text, [...(byText.get(text) ?? []), id])
  return [...byText].map(([text, ids]) => `${text} (${ids.join(', ')})`)
}

const hostsOf = ({ host, workers }: Replica): string => [host, ...workers.map((worker) => worker.host)].join(',')

const countGpus = ({ gpuUuids, workers }: Replica): number => workers.reduce((sum, worker) => sum + worker.gpuUuids.length, gpuUuids.length)

export const replicaColumns = (fleet: Fleet): readonly Column<Replica>[] => [
  { header: 'REPLICA', cell: ({ id }) => id },
  { header: 'DEPLOYMENT', rank: 0, cell: ({ deployment }) => deployment },
  { header: 'STATE', cell: (replica) => replicaState(replica, fleet), tone: (replica) => toneOf(replicaState(replica, fleet)) },
  { header: 'HOST', rank: 7, least: 8, cell: hostsOf },
  { header: 'REV', rank: 3, cell: ({ revision }) => String(revision), right: true },
  { header: 'GPUS', rank: 1, cell: (replica) => String(countGpus(replica)), right: true },
  { header: 'RESTARTS', rank: 5, cell: ({ restarts }) => String(restarts), right: true },
  { header: 'IN-FLIGHT', rank: 2, cell: ({ outstandingRequests }) => String(outstandingRequests), right: true },
  { header: 'AGE', rank: 4, restless: true, cell: ({ createdUnixMs }) => ageSince(createdUnixMs, fleet.nowUnixMs), right: true },
  { header: 'ROUTED', cell: ({ routed }) => (routed ? 'yes' : 'no'), wide: true },
  { header: 'ENDPOINT', cell: ({ endpoint }) => endpoint, wide: true },
  { header: 'INSTANCE', cell: ({ instanceId }) => instanceId.slice(0, 12), wide: true },
  { header: 'MESSAGE', rank: 6, least: 20, cell: (replica) => replicaDetail(replica, fleet.nowUnixMs) || warningNote(replica) },
]
