import { toneOf } from '../terminal/colour.ts'
import { ageSince, formatAge, formatMoment } from '../terminal/time.ts'
import { plainLine } from '../terminal/width.ts'
import type { Fleet, Replica } from '../view/fleet.ts'
import { gpusOf } from '../view/gpus.ts'
import { replicaState } from '../view/replicas.ts'
import { eventSection, fieldLines, logSection, type Material, section } from './sections.ts'

const gpuText = (replica: Replica, fleet: Fleet): string => {
  const gpus = gpusOf(fleet)
  return replica.gpuUuids
    .map((uuid) => {
      const gpu = gpus.find((candidate) => candidate.uuid === uuid)
      return gpu === undefined ? uuid : `#${gpu.index} ${gpu.model}`
    })
    .join(', ')
}

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
    ...section('Adjusted', adjustmentLines(replica, fleet.nowUnixMs), paint),
    ...section('Preflight', findingLines(replica), paint),
    ...section(
      'Warnings',
      replica.warnings.map((warning) => `  ${plainLine(warning)}`),
      paint,
    ),
    ...logSection(replica.lastLogLines, paint),
    ...eventSection(material),
  ]
}
