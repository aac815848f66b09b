/** Rules as a rule file of Prometheus, on the names of docs/metrics.md. Pure. */
import { stringify } from 'yaml'
import { formatDuration } from '../../../shared/units/duration.ts'
import type { Labels } from './labels.ts'
import type { AlertRule } from './rule.ts'
import { signals } from './signals/signals.ts'
import { metricSubject, subjectOf } from './subject.ts'
import { promText } from './text.ts'

const escaped = (pattern: string): string => pattern.replaceAll(/[\\^$.|?+()[\]{}]/g, String.raw`\$&`).replaceAll('*', '.*')

/** `{a="x",b=~"y.*"}`, or nothing. */
const selector = (where: Labels): string => {
  const parts = Object.entries(where).map(([name, pattern]) =>
    pattern.includes('*') ? `${name}=~${JSON.stringify(escaped(pattern))}` : `${name}=${JSON.stringify(pattern)}`,
  )
  return parts.length === 0 ? '' : `{${parts.join(',')}}`
}

/** Agents do not name their host on each series: the label comes from what they say of themselves. */
const withHost = (expression: string, host: string | undefined): string =>
  `(${expression}) * on (instance) group_left (host) hostler_agent_info${host === undefined ? '' : selector({ host })}`

const figureOf = (rule: AlertRule): string => {
  const { source, overMs } = rule
  const { host, ...where } = source.where
  const own = selector(where)
  if (source.kind === 'signal') {
    const signal = signals[source.signal]
    const isOfAgents = source.signal.startsWith('gpu.')
    const plain = signal?.promql(rule, isOfAgents ? own : selector(source.where)) ?? ''
    return isOfAgents ? withHost(plain, host) : plain
  }
  const { metric, per } = source
  if (metricSubject(metric)?.counter) return withHost(`increase(${metric}${own}[${formatDuration(overMs)}])`, host)
  return withHost(per === undefined ? `${metric}${own}` : `${metric}${own} / ${per}${own}`, host)
}

/** The whole condition of a rule. */
export const expressionOf = (rule: AlertRule): string => {
  const { by, compare, threshold } = rule
  const figure = figureOf(rule)
  const grouped = by === undefined ? figure : `${compare === 'above' ? 'max' : 'min'} by (${by.join(', ')}) (${figure})`
  // A comparison binds closer than "and".
  return `${/ and | or /.test(grouped) ? `(${grouped})` : grouped} ${compare === 'above' ? '>' : '<'} ${threshold}`
}

const ruleOf = (rule: AlertRule): object => {
  const unit = subjectOf(rule.source)?.unit ?? 'count'
  const { en } = rule.annotations
  const annotations = Object.entries({ summary: en.summary, description: en.description, remedy: en.remedy })
    .filter(([, template]) => template !== '')
    .map(([name, template]) => [name, promText(rule, unit, template)])
  return {
    alert: rule.name,
    expr: expressionOf(rule),
    ...(rule.forMs > 0 ? { for: formatDuration(rule.forMs) } : {}),
    ...(rule.keepFiringMs > 0 ? { keep_firing_for: formatDuration(rule.keepFiringMs) } : {}),
    labels: { severity: rule.severity, ...rule.labels },
    annotations: { ...Object.fromEntries(annotations), ...(rule.runbook === '' ? {} : { runbook_url: rule.runbook }) },
  }
}

const inhibitOf = (rules: readonly AlertRule[]): readonly string[] =>
  rules.flatMap(({ name, inhibitedBy }) =>
    inhibitedBy.map(
      ({ rule, equal }) =>
        `#   - { source_matchers: ['alertname="${rule}"'], target_matchers: ['alertname="${name}"'], equal: [${equal.join(', ')}] }`,
    ),
  )

/** A rule file that `promtool check rules` accepts. Rules that are disabled are left out. */
export const prometheusRules = (rules: Iterable<AlertRule>): string => {
  const enabled = [...rules].filter((rule) => rule.enabled)
  const body = stringify({ groups: [{ name: 'hostler', rules: enabled.map(ruleOf) }] }, { lineWidth: 0 })
  const head = [
    '# Alert rules of Hostler for Prometheus; made by: hostler alert export',
    '# Prometheus has no second threshold for the end of an alert: clear is not in here.',
  ]
  const inhibit = inhibitOf(enabled)
  const tail = inhibit.length === 0 ? [] : ['# For alertmanager.yml, so that one cause is told once:', '# inhibit_rules:', ...inhibit]
  return `${[...head, ...tail].join('\n')}\n${body}`
}
