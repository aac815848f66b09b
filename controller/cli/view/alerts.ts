/** Alerts, silences, notices, rules and receivers as the command line lists them. */

import { formatDuration } from '../../../shared/units/duration.ts'
import type { AlertReceiver } from '../../domain/alert/receiver-schema.ts'
import type { AlertRule } from '../../domain/alert/rule.ts'
import type { Severity } from '../../domain/alert/severity.ts'
import { subjectOf } from '../../domain/alert/subject.ts'
import { formatValue } from '../../domain/alert/text.ts'
import type { Tone } from '../terminal/colour.ts'
import type { Column } from '../terminal/table.ts'
import { ageSince } from '../terminal/time.ts'

export interface AlertWords {
  readonly summary: string
  readonly description: string
  readonly remedy: string
}

export interface AlertEntry {
  readonly id: string
  readonly rule: string
  readonly severity: Severity
  readonly state: 'pending' | 'firing' | 'resolved'
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  readonly valueText: string
  readonly thresholdText: string
  readonly sinceUnixMs: number
  /** 0: it has not. */
  readonly firedUnixMs: number
  readonly resolvedUnixMs: number
  readonly because: string
  readonly noData: boolean
  readonly silencedBy: readonly string[]
  readonly inhibitedBy: readonly string[]
  readonly told: readonly string[]
  readonly en: AlertWords
  readonly zh: AlertWords
  readonly runbook: string
}

export interface NoticeEntry {
  readonly id: string
  readonly receiver: string
  readonly kind: string
  readonly state: string
  readonly firing: number
  readonly resolved: number
  readonly attempts: number
  readonly createdUnixMs: number
  readonly nextAttemptUnixMs: number
  readonly endedUnixMs: number
  readonly problem: string
  readonly rules: readonly string[]
}

export interface SilenceEntry {
  readonly id: string
  readonly matchers: readonly string[]
  readonly startsUnixMs: number
  readonly endsUnixMs: number
  readonly author: string
  readonly comment: string
  /** That it covers now. */
  readonly alerts: number
}

const severityTones: Readonly<Record<Severity, Tone>> = { critical: 'bad', warning: 'busy', info: 'quiet' }
const severityOrder: readonly Severity[] = ['critical', 'warning', 'info']
const stateOrder: readonly AlertEntry['state'][] = ['firing', 'pending', 'resolved']

/** What fires first, the worst first, the oldest first; what is over with the newest first. */
export const inOrder = (alerts: readonly AlertEntry[]): readonly AlertEntry[] =>
  alerts.toSorted(
    (a, b) =>
      stateOrder.indexOf(a.state) - stateOrder.indexOf(b.state) ||
      (a.state === 'resolved'
        ? b.resolvedUnixMs - a.resolvedUnixMs
        : severityOrder.indexOf(a.severity) - severityOrder.indexOf(b.severity) || a.sinceUnixMs - b.sinceUnixMs),
  )

export const labelsText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .filter(([name, value]) => value !== '' && name !== 'uuid')
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')

export const noteOf = ({ silencedBy, inhibitedBy, noData, state, because }: AlertEntry): string =>
  [
    silencedBy.length > 0 ? `silenced by ${silencedBy.join(', ')}` : '',
    inhibitedBy.length > 0 ? `explained by ${inhibitedBy.join(', ')}` : '',
    noData ? 'no data now' : '',
    state === 'resolved' && because !== 'cleared' ? because : '',
  ]
    .filter((part) => part !== '')
    .join('; ')

const momentOf = ({ state, sinceUnixMs, firedUnixMs, resolvedUnixMs }: AlertEntry): number =>
  state === 'resolved' ? resolvedUnixMs : state === 'firing' ? firedUnixMs : sinceUnixMs

export const alertColumns = (nowUnixMs: number): readonly Column<AlertEntry>[] => [
  { header: 'ALERT', cell: ({ id }) => id },
  { header: 'STATE', cell: ({ state }) => state, tone: ({ state, severity }) => (state === 'firing' ? severityTones[severity] : 'quiet') },
  { header: 'SEVERITY', cell: ({ severity }) => severity, rank: 4 },
  { header: 'RULE', cell: ({ rule }) => rule },
  { header: 'ABOUT', cell: ({ labels }) => labelsText(labels), rank: 3, least: 12 },
  { header: 'VALUE', cell: ({ valueText }) => valueText, right: true, rank: 2 },
  { header: 'AGE', cell: (alert) => ageSince(momentOf(alert), nowUnixMs), right: true, restless: true },
  { header: 'TOLD', cell: ({ told }) => told.join(','), rank: 1 },
  { header: 'NOTE', cell: noteOf, rank: 2, least: 8 },
]

export const silenceColumns = (nowUnixMs: number): readonly Column<SilenceEntry>[] => [
  { header: 'SILENCE', cell: ({ id }) => id },
  { header: 'STATE', cell: ({ endsUnixMs }) => (endsUnixMs > nowUnixMs ? 'in force' : 'over') },
  {
    header: 'LEFT',
    cell: ({ endsUnixMs }) => (endsUnixMs > nowUnixMs ? ageSince(nowUnixMs, endsUnixMs) : ''),
    right: true,
  },
  { header: 'ALERTS', cell: ({ alerts }) => String(alerts), right: true, rank: 1 },
  { header: 'MATCHERS', cell: ({ matchers }) => matchers.join(' '), least: 16 },
  { header: 'AUTHOR', cell: ({ author }) => author, rank: 2 },
  { header: 'COMMENT', cell: ({ comment }) => comment, rank: 0, least: 12 },
]

const noticeTones: Readonly<Record<string, Tone>> = { waiting: 'busy', sent: 'good', failed: 'bad' }

export const noticeColumns = (nowUnixMs: number): readonly Column<NoticeEntry>[] => [
  { header: 'NOTICE', cell: ({ id }) => id, rank: 1 },
  { header: 'RECEIVER', cell: ({ receiver }) => receiver },
  { header: 'STATE', cell: ({ state }) => state, tone: ({ state }) => noticeTones[state] ?? 'quiet' },
  { header: 'FIRING', cell: ({ firing }) => String(firing), right: true },
  { header: 'RESOLVED', cell: ({ resolved }) => String(resolved), right: true },
  { header: 'ATTEMPTS', cell: ({ attempts }) => String(attempts), right: true, rank: 2 },
  { header: 'AGE', cell: ({ createdUnixMs }) => ageSince(createdUnixMs, nowUnixMs), right: true },
  { header: 'RULES', cell: ({ rules }) => rules.join(', '), rank: 3, least: 12 },
  { header: 'PROBLEM', cell: ({ problem }) => problem, rank: 0, least: 16 },
]

/** `above 90 %`. */
const conditionOf = (rule: AlertRule): string => `${rule.compare} ${formatValue(subjectOf(rule.source)?.unit ?? 'count', rule.threshold)}`

export const ruleColumns: readonly Column<AlertRule>[] = [
  { header: 'RULE', cell: ({ name }) => name },
  { header: 'FROM', cell: ({ builtIn }) => (builtIn ? 'hostler' : 'user'), rank: 1 },
  { header: 'SEVERITY', cell: ({ severity }) => severity, tone: ({ severity }) => severityTones[severity] },
  { header: 'ON', cell: ({ enabled }) => (enabled ? 'yes' : 'no') },
  { header: 'LOOKS AT', cell: ({ source }) => (source.kind === 'signal' ? source.signal : source.metric), rank: 3, least: 16 },
  { header: 'HOLDS', cell: conditionOf },
  { header: 'FOR', cell: ({ forMs }) => (forMs === 0 ? '' : formatDuration(forMs)), right: true },
  { header: 'EXPLAINED BY', cell: ({ inhibitedBy }) => [...new Set(inhibitedBy.map(({ rule }) => rule))].join(', '), rank: 0, least: 12 },
]

const wayOf = ({ webhook, email, alertmanager }: AlertReceiver): string => {
  if (webhook) return `webhook ${webhook.url ?? `(secret ${webhook.urlSecret})`}`
  if (email) return `e-mail to ${email.to.join(', ')}`
  return `alertmanager ${alertmanager?.urls.join(', ')}`
}

export const receiverColumns: readonly Column<AlertReceiver>[] = [
  { header: 'RECEIVER', cell: ({ name }) => name },
  { header: 'SEVERITIES', cell: ({ severities }) => severities.join(',') },
  {
    header: 'MATCH',
    cell: ({ match }) => match.map(({ label, equal, value }) => `${label}${equal ? '=' : '!='}${value}`).join(' '),
    rank: 1,
  },
  { header: 'WAY', cell: wayOf, least: 20 },
]
