/** What is seen for a rule. Pure, but for the past of counters, which its inputs remember. */

import type { AlertInputs, HostSeries, Observation, Sample } from './inputs.ts'
import { fits, type Labels } from './labels.ts'
import { labelsOf, type Reading, readings } from './metric-series.ts'
import { type AlertRule, isClear, type RuleSource } from './rule.ts'
import { knownHosts } from './signals/fleet.ts'
import { freshMs } from './signals/host.ts'
import { signals } from './signals/signals.ts'
import { metricSubject } from './subject.ts'

type MetricSource = Extract<RuleSource, { kind: 'metric' }>

const ratiosOf = (figures: HostSeries, { metric, per }: MetricSource): readonly Reading[] => {
  const values = readings(figures, metric)
  if (per === undefined) return values
  const divisors = new Map(readings(figures, per).map(({ labels, value }) => [labels.join('\n'), value]))
  return values.flatMap(({ labels, value }) => {
    const divisor = divisors.get(labels.join('\n')) ?? 0
    return divisor > 0 ? [{ labels, value: value / divisor }] : []
  })
}

const isWanted = (labels: Labels, where: Labels): boolean =>
  Object.entries(where).every(([name, pattern]) => fits(labels[name] ?? '', pattern))

/** Series that are well are left out: of thousands of hosts nearly all are. */
const observeMetric = (inputs: AlertInputs, rule: AlertRule, source: MetricSource): Observation => {
  const counter = metricSubject(source.metric)?.counter ?? false
  const samples: Sample[] = []
  const stale = new Set<string>()
  const young = new Set<string>()
  for (const { record } of knownHosts(inputs)) {
    const figures = inputs.figures(record.id)
    if (!figures || figures.ageMs > freshMs) {
      stale.add(record.name)
      continue
    }
    for (const { labels, value: seen } of ratiosOf(figures, source)) {
      // Of a gauge that is well nothing more needs to be known.
      if (!counter && isClear(rule, seen)) continue
      const all = { host: record.name, ...labelsOf(source.metric, labels) }
      if (!isWanted(all, source.where)) continue
      const growth = counter ? inputs.growth(`${rule.name}\n${record.id}\n${labels.join('\n')}`, seen, rule.overMs) : undefined
      const value = growth?.grown ?? seen
      if (!isClear(rule, value)) samples.push({ labels: all, value })
      else if (growth && !growth.complete) young.add(record.name)
    }
  }
  return { samples, isUnknown: ({ host = '' }) => stale.has(host) || young.has(host) }
}

const worst = ({ compare }: AlertRule, a: number, b: number): number => (compare === 'above' ? Math.max(a, b) : Math.min(a, b))

/** One sample for all that share the labels of `by`. A group is unknown when its labels cannot tell, or when they say so. */
const broughtTogether = (rule: AlertRule, { samples, isUnknown }: Observation): Observation => {
  const { by } = rule
  if (by === undefined) return { samples, isUnknown }
  const groups = new Map<string, Sample>()
  for (const { labels, value } of samples) {
    const kept = Object.fromEntries(by.map((name) => [name, labels[name] ?? '']))
    const key = JSON.stringify(kept)
    const before = groups.get(key)
    groups.set(key, { labels: kept, value: before === undefined ? value : worst(rule, before.value, value) })
  }
  return { samples: [...groups.values()], isUnknown }
}

/** What is seen for a rule: of a metric only series that are not well, of a signal all. */
export const observe = (inputs: AlertInputs, rule: AlertRule): Observation => {
  const { source } = rule
  if (source.kind === 'metric') return broughtTogether(rule, observeMetric(inputs, rule, source))
  const signal = signals[source.signal]
  if (signal === undefined) return { samples: [], isUnknown: () => true }
  const { samples, isUnknown } = signal.observe(inputs, rule)
  return broughtTogether(rule, { samples: samples.filter(({ labels }) => isWanted(labels, source.where)), isUnknown })
}
