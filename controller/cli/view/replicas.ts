import { toneOf } from '../terminal/colour.ts'
import type { Column } from '../terminal/table.ts'
import { ageSince, formatAge } from '../terminal/time.ts'
import type { Fleet, Replica } from './fleet.ts'

/** What a replica is doing, in a word or two. A silent host's last word is not the state of things, so that comes first. */
export const replicaState = (replica: Replica, fleet: Pick<Fleet, 'hosts'>): string => {
  const host = fleet.hosts.find(({ id }) => id === replica.hostId)
  if (host?.state === 'lost' || host?.state === 'silent') return `host-${host.state}`
  if (replica.intent === 'lost') return 'host-lost'
  if (replica.intent === 'drain') return 'draining'
  if (replica.intent === 'stop') return 'stopping'
  if (replica.phase === 'pulling' && replica.progressPercent > 0) return `pulling ${replica.progressPercent}%`
  return replica.phase
}

/** Why it is as it is, in one line; empty when all is well. */
export const replicaDetail = (replica: Replica, nowUnixMs: number): string => {
  const said = [replica.reason, replica.message].filter((part) => part !== '').join(': ')
  const waitMs = replica.nextAttemptUnixMs - nowUnixMs
  const next = replica.phase === 'backoff' && waitMs > 0 ? `next start in ${formatAge(waitMs)}` : ''
  return [said, next].filter((part) => part !== '').join('; ') || (replica.warnings[0] ?? '')
}

export const replicaColumns = (fleet: Fleet): readonly Column<Replica>[] => [
  { header: 'REPLICA', cell: ({ id }) => id },
  { header: 'DEPLOYMENT', cell: ({ deployment }) => deployment, rank: 1 },
  { header: 'STATE', cell: (replica) => replicaState(replica, fleet), tone: (replica) => toneOf(replicaState(replica, fleet)) },
  { header: 'HOST', cell: ({ host }) => host, rank: 7, least: 8 },
  { header: 'REV', cell: ({ revision }) => String(revision), right: true, rank: 6 },
  { header: 'GPUS', cell: ({ gpuUuids }) => String(gpuUuids.length), right: true, rank: 2 },
  { header: 'RESTARTS', cell: ({ restarts }) => String(restarts), right: true, rank: 4 },
  { header: 'IN-FLIGHT', cell: ({ outstandingRequests }) => String(outstandingRequests), right: true, rank: 3 },
  { header: 'AGE', restless: true, cell: ({ createdUnixMs }) => ageSince(createdUnixMs, fleet.nowUnixMs), right: true, rank: 5 },
  { header: 'ROUTED', cell: ({ routed }) => (routed ? 'yes' : 'no'), wide: true },
  { header: 'ENDPOINT', cell: ({ endpoint }) => endpoint, wide: true },
  { header: 'INSTANCE', cell: ({ instanceId }) => instanceId.slice(0, 12), wide: true },
  { header: 'MESSAGE', cell: (replica) => replicaDetail(replica, fleet.nowUnixMs), rank: 0, least: 16 },
]
