/** From documents to rules: what they leave out filled in, and everything wrong with them. Pure. */
import { didYouMean } from '../../../shared/config/did-you-mean.ts'
import type { AlertRule, RuleSource } from './rule.ts'
import type { AlertRuleDocument } from './rule-schema.ts'
import { ranges, type SignalOption } from './signals/signal.ts'
import { signals } from './signals/signals.ts'
import { metricSubject, metricsOfHosts, type Subject, subjectOf } from './subject.ts'
import { figureNames, formatValue, placeholdersOf } from './text.ts'

export interface RuleProblem {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

export type ResolvedRule =
  | { readonly ok: true; readonly rule: AlertRule }
  | { readonly ok: false; readonly problems: readonly RuleProblem[] }

const near = (word: string, known: readonly string[]): string => {
  const found = didYouMean(word, known)
  return found === undefined ? '' : `; did you mean ${found}?`
}

/** A document laid over the built-in one of its name. */
const laidOver = (base: AlertRuleDocument, given: AlertRuleDocument): AlertRuleDocument => {
  const { above, below, clear, ...rest } = base
  const ownThreshold = given.above !== undefined || given.below !== undefined
  return {
    ...rest,
    ...(ownThreshold ? {} : { above, below, clear }),
    ...given,
    labels: { ...base.labels, ...given.labels },
    annotations: { ...base.annotations, ...given.annotations, zh: given.annotations ? given.annotations.zh : base.annotations?.zh },
  }
}

const sourceOf = ({ signal, metric, per, where }: AlertRuleDocument): RuleSource | undefined => {
  if (signal !== undefined) return { kind: 'signal', signal, where: where ?? {} }
  return metric === undefined ? undefined : { kind: 'metric', metric, per, where: where ?? {} }
}

const sourceProblems = ({ signal, metric, per, where, over }: AlertRuleDocument): readonly RuleProblem[] => {
  if ((signal === undefined) === (metric === undefined))
    return [{ path: [], message: 'give either signal or metric: what the rule looks at' }]
  if (signal !== undefined) {
    if (!(signal in signals))
      return [
        {
          path: ['signal'],
          message: `there is no signal of this name${near(signal, Object.keys(signals)) || '; docs/alerts.md lists them'}`,
        },
      ]
    return [
      ...(per === undefined ? [] : [{ path: ['per'], message: 'only of a rule with metric' }]),
      ...whereProblems(where, signal, signals[signal]?.labels ?? []),
    ]
  }
  const name = metric ?? ''
  const subject = metricSubject(name)
  if (subject === undefined) {
    const histogram = metricsOfHosts.includes(`${name}_sum`)
    const hint = histogram ? `; it is a histogram: take ${name}_sum or _count, or one of its quantiles` : near(name, metricsOfHosts)
    return [{ path: ['metric'], message: `hosts send no metric of this name${hint || '; docs/metrics.md lists them'}` }]
  }
  const problems: RuleProblem[] = []
  const divisor = per === undefined ? undefined : metricSubject(per)
  if (per !== undefined && divisor === undefined)
    problems.push({ path: ['per'], message: `hosts send no metric of this name${near(per, metricsOfHosts)}` })
  if (divisor !== undefined && (divisor.labels.join() !== subject.labels.join() || divisor.counter || subject.counter))
    problems.push({ path: ['per'], message: `expected a gauge with the labels of ${name}: ${subject.labels.join(', ')}` })
  if (over !== undefined && !subject.counter) problems.push({ path: ['over'], message: `${name} is no counter; leave this out` })
  return [...problems, ...whereProblems(where, name, subject.labels)]
}

const whereProblems = (where: AlertRuleDocument['where'], name: string, labels: readonly string[]): readonly RuleProblem[] =>
  Object.keys(where ?? {})
    .filter((label) => !labels.includes(label))
    .map((label) => ({ path: ['where', label], message: `${name} has no such label; it has ${labels.join(', ') || 'none'}` }))

const optionFields: readonly SignalOption[] = ['over', 'quantile', 'minRequests', 'kvAbove']

const longestTrafficMs = 900_000

const optionProblems = (document: AlertRuleDocument, heeded: readonly SignalOption[]): readonly RuleProblem[] => [
  ...(document.signal?.startsWith('traffic.') && (document.over ?? 0) > longestTrafficMs
    ? [{ path: ['over'], message: 'traffic is remembered for 15 minutes; expected at most 15m' }]
    : []),
  ...optionFields
    .filter((field) => document[field] !== undefined && !heeded.includes(field))
    .map((field) => ({ path: [field], message: `${document.signal} does not heed this; leave it out` })),
]

const thresholdProblems = (document: AlertRuleDocument, subject: Subject): readonly RuleProblem[] => {
  const { above, below, clear } = document
  if (above !== undefined && below !== undefined) return [{ path: ['below'], message: 'give above or below, not both' }]
  const field = above !== undefined ? 'above' : 'below'
  const threshold = above ?? below
  if (threshold === undefined) return subject.unit === 'flag' ? [] : [{ path: [], message: 'give above or below: the threshold' }]
  const { least, most } = subject.counter ? { least: 0, most: ranges.bytes.most } : ranges[subject.unit]
  const fits = field === 'above' ? threshold >= least && threshold < most : threshold > least && threshold <= most
  if (!fits) {
    const percent =
      subject.unit === 'ratio' && threshold > 1 && threshold <= 100 ? `; a share of 100 % is 1, so perhaps ${threshold / 100}` : ''
    return [
      {
        path: [field],
        message: `out of range: it can never hold, or always does. Expected ${field === 'above' ? `from ${least} to below ${most}` : `above ${least} to ${most}`} (${subject.unit})${percent}`,
      },
    ]
  }
  if (clear !== undefined && (field === 'above' ? clear > threshold : clear < threshold))
    return [
      {
        path: ['clear'],
        message: `expected ${field === 'above' ? 'at most' : 'at least'} the threshold, ${formatValue(subject.unit, threshold)}`,
      },
    ]
  return clear !== undefined && (clear < least || clear > most)
    ? [{ path: ['clear'], message: `out of range; expected ${least} to ${most} (${subject.unit})` }]
    : []
}

const labelProblems = ({ by, labels, inhibitedBy, name }: AlertRuleDocument, subject: Subject): readonly RuleProblem[] => [
  ...(by ?? []).flatMap((label, index) =>
    subject.labels.includes(label)
      ? []
      : [{ path: ['by', index], message: `its series have no such label; they have ${subject.labels.join(', ') || 'none'}` }],
  ),
  ...Object.keys(labels ?? {}).flatMap((label) =>
    subject.labels.includes(label) || label === 'alertname' || label === 'severity'
      ? [{ path: ['labels', label], message: 'this label is given already; choose another name' }]
      : [],
  ),
  ...(inhibitedBy ?? []).flatMap(({ rule }, index) =>
    rule === name ? [{ path: ['inhibitedBy', index, 'rule'], message: 'a rule cannot explain itself' }] : [],
  ),
]

const wordProblems = (
  { annotations, labels }: AlertRuleDocument,
  subject: Subject,
  by: readonly string[] | undefined,
): readonly RuleProblem[] => {
  const known = [...(by ?? subject.labels), ...Object.keys(labels ?? {}), ...figureNames]
  const { zh = {}, ...en } = annotations ?? {}
  const templates = [
    ...Object.entries(en).map(([field, template]) => ({ path: ['annotations', field], template })),
    ...Object.entries(zh).map(([field, template]) => ({ path: ['annotations', 'zh', field], template })),
  ]
  return templates.flatMap(({ path, template }) =>
    placeholdersOf(template ?? '')
      .filter((name) => !known.includes(name))
      .map((name) => ({
        path,
        message: `{{${name}}} is neither a label of the alert nor a figure${near(name, known) || `; there are: ${known.join(', ')}`}`,
      })),
  )
}

const minute = 60_000

const filledIn = (document: AlertRuleDocument, source: RuleSource, subject: Subject, builtIn: boolean): AlertRule => {
  const { above, below, annotations, name } = document
  const { zh, ...en } = annotations ?? {}
  const threshold = above ?? below ?? 0
  const what = source.kind === 'signal' ? source.signal : source.metric
  const where = (document.by ?? subject.labels).map((label) => `${label} {{${label}}}`).join(', ')
  const english = {
    summary: en.summary ?? `${name}: ${what} is {{value}}${where === '' ? '' : ` (${where})`}`,
    description: en.description ?? '',
    remedy: en.remedy ?? '',
  }
  return {
    name,
    builtIn,
    enabled: document.enabled ?? true,
    severity: document.severity ?? 'warning',
    source,
    compare: below === undefined ? 'above' : 'below',
    threshold,
    clear: document.clear ?? threshold,
    forMs: document.for ?? 0,
    keepFiringMs: document.keepFiring ?? minute,
    noData: document.noData ?? 'keep',
    overMs: document.over ?? 5 * minute,
    quantile: document.quantile ?? 0.99,
    minRequests: document.minRequests ?? 20,
    kvAbove: document.kvAbove ?? 0.9,
    by: document.by,
    labels: document.labels ?? {},
    annotations: {
      en: english,
      zh: zh && {
        summary: zh.summary ?? english.summary,
        description: zh.description ?? english.description,
        remedy: zh.remedy ?? english.remedy,
      },
    },
    runbook: document.runbook ?? '',
    inhibitedBy: document.inhibitedBy ?? [],
  }
}

/** @param base the built-in document of the same name, if there is one */
export const resolveRule = (given: AlertRuleDocument, base?: AlertRuleDocument): ResolvedRule => {
  if (
    base !== undefined &&
    (given.signal ?? given.metric) !== undefined &&
    (given.signal !== base.signal || given.metric !== base.metric)
  ) {
    const path = [given.signal === undefined ? 'metric' : 'signal']
    const message = `the built-in rule ${base.name} is about ${base.signal ?? base.metric}; give a rule about something else another name`
    return { ok: false, problems: [{ path, message }] }
  }
  const document = base === undefined ? given : laidOver(base, given)
  const wrongSource = sourceProblems(document)
  const source = sourceOf(document)
  const subject = source && subjectOf(source)
  if (wrongSource.length > 0 || source === undefined || subject === undefined) return { ok: false, problems: wrongSource }
  const heeded = source.kind === 'signal' ? (signals[source.signal]?.options ?? []) : subject.counter ? (['over'] as const) : []
  const problems = [
    ...optionProblems(document, heeded),
    ...thresholdProblems(document, subject),
    ...labelProblems(document, subject),
    ...wordProblems(document, subject, document.by),
  ]
  if (problems.length > 0) return { ok: false, problems }
  return { ok: true, rule: filledIn(document, source, subject, base !== undefined) }
}
