import { describeSize, parseSizeMiB } from '../../../shared/units/size.ts'
import { unplacedLines } from '../progress/show.ts'
import { toneOf } from '../terminal/colour.ts'
import { renderTable } from '../terminal/table.ts'
import { ageSince, formatAge, formatMoment } from '../terminal/time.ts'
import type { Deployment } from '../view/deployment.ts'
import { specField, specText } from '../view/deployments.ts'
import { replicaColumns } from '../view/replicas.ts'
import { topDeployment } from '../view/top.ts'
import { rateText, secondsText } from '../view/top-columns.ts'
import { autoscaleSection, autoscaleText } from './autoscale.ts'
import { eventSection, type Field, fieldLines, logSection, type Material, section } from './sections.ts'

const sizeText = (text: string): string => (text === '' ? '' : describeSize(parseSizeMiB(text) ?? 0))

const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ')

const canaryText = (text: (...path: string[]) => string): string => {
  const replicas = text('update', 'canary', 'replicas')
  if (replicas === '') return ''
  const traffic = text('update', 'canary', 'traffic')
  const share = traffic === '' ? '' : ` with ${traffic} % of the requests`
  return `${replicas} replica${replicas === '1' ? '' : 's'} first${share}, promoted ${text('update', 'canary', 'promote') === 'health' ? 'after a good window' : 'by hand'}`
}

const specFields = (spec: unknown): readonly Field[] => {
  const text = (...path: string[]) => specText(spec, ...path)
  const args = specField(spec, 'engine', 'args')
  const named = (label: string, value: string) => (value === '' ? '' : `${label} ${value}`)
  return [
    ['Engine', joined(text('engine', 'preset'), text('runtime'))],
    ['Image', text('image')],
    ['Model path', text('model', 'path')],
    ['Arguments', Array.isArray(args) ? args.join(' ') : ''],
    [
      'GPUs',
      text('resources', 'gpus') === ''
        ? ''
        : joined(`${text('resources', 'gpus')} per replica`, named('at least', sizeText(text('resources', 'gpuMemory')))),
    ],
    [
      'Memory',
      joined(
        named('request', sizeText(text('resources', 'memory', 'request'))),
        named('limit', sizeText(text('resources', 'memory', 'limit'))),
      ),
    ],
    [
      'Update',
      joined(
        text('update', 'strategy'),
        named('maxSurge', text('update', 'maxSurge')),
        named('maxUnavailable', text('update', 'maxUnavailable')),
      ),
    ],
    ['Canary', canaryText(text)],
    ['Priority', text('priority') === '0' ? '' : joined(text('priority'), text('preemption') === 'never' ? 'preempts nobody' : '')],
    [
      'Rate limit',
      text('rateLimit', 'requestsPerSecond') === ''
        ? ''
        : `${text('rateLimit', 'requestsPerSecond')} requests/s, burst ${text('rateLimit', 'burst')}`,
    ],
    ['Token limit', text('limits', 'tokensPerMinute') === '' ? '' : `${text('limits', 'tokensPerMinute')} tokens a minute`],
    ['Memlock', text('memlock')],
  ]
}

const trafficText = (deployment: Deployment): string => {
  const { spanMs, requestsPerSecond, errors, refused, waiting, inFlight, ttftP50Seconds, ttftP99Seconds } = topDeployment(deployment)
  if (requestsPerSecond === undefined) return ''
  const of = (count: number | undefined, what: string) => (count ? `${count} ${what}` : '')
  const first =
    ttftP50Seconds === undefined ? '' : `first byte after ${secondsText(ttftP50Seconds)} (P50), ${secondsText(ttftP99Seconds)} (P99)`
  const seen = joined(`${rateText(requestsPerSecond)} requests/s`, of(errors, 'errors'), of(refused, 'refused'), first)
  return `${seen} in the last ${formatAge(spanMs ?? 0)}; ${inFlight ?? 0} in flight, ${waiting ?? 0} waiting`
}

export const describeDeployment = (deployment: Deployment, material: Material): string[] => {
  const { fleet, table } = material
  const { paint } = table
  const replicas = fleet.replicas.filter((replica) => replica.deployment === deployment.name)
  const broken = replicas.find(({ lastLogLines, phase }) => lastLogLines.length > 0 && phase !== 'ready')
  const warnings = [...new Set(replicas.flatMap((replica) => replica.warnings.map((warning) => `  ${replica.host}: ${warning}`)))]
  return [
    ...fieldLines(
      [
        ['Deployment', deployment.name],
        ['State', `${deployment.state}${deployment.message === '' ? '' : ` (${deployment.message})`}`, toneOf(deployment.state)],
        ['Revision', String(deployment.revision)],
        [
          'Replicas',
          `${deployment.replicasWanted} wanted, ${deployment.replicasReady} ready, ${deployment.replicasUpdated} of this revision`,
        ],
        ['Autoscale', autoscaleText(deployment)],
        ['Models', deployment.models.join(', ')],
        ['Traffic', trafficText(deployment)],
        ['Created', `${formatMoment(deployment.createdUnixMs)} (${ageSince(deployment.createdUnixMs, fleet.nowUnixMs)} ago)`],
        ...specFields(deployment.spec),
      ],
      paint,
    ),
    ...section(
      'Replicas',
      renderTable(
        replicaColumns(fleet).filter(({ header }) => header !== 'DEPLOYMENT'),
        replicas,
        { ...table, indent: '  ', wrapped: true },
      ),
      paint,
    ),
    ...autoscaleSection(deployment, material),
    ...section('Pending', unplacedLines(deployment.unplaced, { ...table, indent: '  ', wrapped: true }), paint),
    ...section('Warnings', warnings, paint),
    ...(broken === undefined ? [] : logSection([`(${broken.id} on ${broken.host})`, ...broken.lastLogLines.slice(-20)], paint)),
    ...eventSection(material),
  ]
}
