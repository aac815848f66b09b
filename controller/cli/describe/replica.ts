import { toneOf } from '../terminal/colour.ts'
import { type Column, renderTable } from '../terminal/table.ts'
import { ageSince, formatAge, formatMoment } from '../terminal/time.ts'
import { plainLine } from '../terminal/width.ts'
import type { Fleet, Replica, Worker } from '../view/fleet.ts'
import { gpusOf } from '../view/gpus.ts'
import { replicaState } from '../view/replicas.ts'
import { eventSection, type Field, fieldLines, logSection, type Material, section } from './sections.ts'

const gpuText = (replica: Replica, fleet: Fleet): string => {
  const gpus = gpusOf(fleet)
  return replica.gpuUuids
    .map((uuid) => {
      const gpu = gpus.find((candidate) => candidate.uuid === uuid)
      return gpu === undefined ? uuid : `#${gpu.index} ${gpu.model}`
    })
    .join(', ')
}

const memberColumns: readonly Column<Worker>[] = [
  { header: 'RANK', cell: ({ rank }) => String(rank), right: true },
  { header: 'MEMBER', cell: ({ id }) => id },
  { header: 'HOST', least: 8, cell: ({ host }) => host },
  { header: 'STATE', cell: ({ phase }) => phase, tone: ({ phase }) => toneOf(phase) },
  { header: 'GPUS', cell: ({ gpuUuids }) => String(gpuUuids.length), right: true },
  { header: 'MESSAGE', least: 20, cell: ({ reason, message }) => [reason, message].filter((part) => part !== '').join(': ') },
]

const gangFields = ({ gang }: Replica, nowUnixMs: number): readonly Field[] => {
  if (gang === undefined) return []
  const waitMs = gang.nextStartUnixMs - nowUnixMs
  const crashes = `${gang.crashes} failure${gang.crashes === 1 ? '' : 's'} in a row`
  return [
    ['Gang', `attempt ${gang.attempt}, ${crashes}; its members meet at ${gang.leaderAddress}:${gang.leaderPort}`],
    ['Down', gang.downReason === '' ? '' : `${gang.downReason}${waitMs > 0 ? `; starts again in ${formatAge(waitMs)}` : ''}`, 'bad'],
  ]
}

const memberRows = (replica: Replica): readonly Worker[] =>
  replica.workers.length === 0 ? [] : [{ ...replica, rank: 0 }, ...replica.workers]

const findingLines = ({ preflight }: Replica): string[] =>
  preflight.flatMap(({ severity, code, message, remedy }) => [
    `  ${severity} ${code}: ${plainLine(message)}`,
    ...(remedy === '' ? [] : [`    what to do: ${plainLine(remedy)}`]),
  ])

const adjustmentLines = ({ adjustments }: Replica, nowUnixMs: number): string[] =>
  adjustments.map(
    ({ flag, from, to, cause, atUnixMs, held }) =>
      `  ${plainLine(`${flag} ${from === '' ? "the engine's default" : from} -> ${to}`)}  ${ageSince(atUnixMs, nowUnixMs)} ago, out of GPU memory (${cause})${held ? ', held since' : ''}`,
  )

export const describeReplica = (replica: Replica, material: Material): string[] => {
  const { fleet, table } = material
  const { paint } = table
  const state = replicaState(replica, fleet)
  const reported = state === replica.phase || replica.phase === 'pulling' ? '' : `, its agent last said ${replica.phase}`
  const next = replica.nextAttemptUnixMs - fleet.nowUnixMs
  return [
    ...fieldLines(
      [
        ['Replica', replica.id],
        ['State', `${state} for ${ageSince(replica.phaseSinceUnixMs, fleet.nowUnixMs)}${reported}`, toneOf(state)],
        ['Reason', [replica.reason, replica.message].filter((part) => part !== '').join(': ')],
        ['Next start', replica.phase === 'backoff' && next > 0 ? `in ${formatAge(next)}` : ''],
        ['Deployment', `${replica.deployment}, revision ${replica.revision}`],
        ['Host', `${replica.host} (${replica.hostId})`],
        ['GPUs', gpuText(replica, fleet)],
        ...gangFields(replica, fleet.nowUnixMs),
        ['Traffic', `${replica.routed ? 'gateways send to it' : 'gateways do not send to it'}, ${replica.outstandingRequests} in flight`],
        ['Endpoint', replica.endpoint],
        ['Instance', replica.instanceId],
        [
          'Restarts',
          `${replica.restarts}${replica.exitCode === undefined ? '' : `, last exit code ${replica.exitCode}`}${replica.oomKilled ? ', killed for memory' : ''}`,
        ],
        ['Created', `${formatMoment(replica.createdUnixMs)} (${ageSince(replica.createdUnixMs, fleet.nowUnixMs)} ago)`],
      ],
      paint,
    ),
    ...section('Members', renderTable(memberColumns, memberRows(replica), { ...table, indent: '  ', wrapped: true }), paint),
    ...section('Adjusted', adjustmentLines(replica, fleet.nowUnixMs), paint),
    ...section('Preflight', findingLines(replica), paint),
    ...section(
      'Warnings',
      replica.warnings.map((warning) => `  ${plainLine(warning)}`),
      paint,
    ),
    ...logSection(replica.lastLogLines, paint),
    ...replica.workers.flatMap(({ id, lastLogLines }) =>
      lastLogLines.length === 0 ? [] : logSection([`(${id})`, ...lastLogLines], paint),
    ),
    ...eventSection(material),
  ]
}
