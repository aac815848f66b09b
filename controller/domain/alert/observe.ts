/** What is seen for a rule. Pure, but for the past of counters, which its inputs remember. */

import { describeSeries } from '../../../shared/metrics/catalogue.ts'
import type { AlertInputs, HostSeries, Observation, Sample } from './inputs.ts'
import { fits, type Labels } from './labels.ts'
import { labelsOf, placesOf } from './metric-series.ts'
import { type AlertRule, isClear, type RuleSource } from './rule.ts'
import { knownHosts } from './signals/fleet.ts'
import { freshMs } from './signals/host.ts'
import { signals } from './signals/signals.ts'
import { metricSubject } from './subject.ts'

type MetricSource = Extract<RuleSource, { kind: 'metric' }>

/** Where the series of a rule stand in a dictionary. */
interface Places {
  readonly at: readonly number[]
  /** Of their divisors, in the same order; absent without any. */
  readonly per: readonly (number | undefined)[] | undefined
  /** By which each is remembered, of a counter, without its host. */
  readonly keys: readonly string[]
}

/** Dictionaries live as long as a session: thousands of hosts are searched once, and afterwards only their numbers are looked at. */
const known = new WeakMap<HostSeries['series'], WeakMap<AlertRule, Places>>()

const findPlaces = (series: HostSeries['series'], rule: AlertRule, { metric, per, where }: MetricSource): Places => {
  const names = describeSeries(metric)?.labels ?? []
  const wanted = Object.entries(where).flatMap(([name, pattern]) => (name === 'host' ? [] : [[names.indexOf(name), pattern] as const]))
  const labelsAt = (place: number): readonly string[] => series[place]?.labels ?? []
  const at = placesOf(series, metric).filter((place) => wanted.every(([index, pattern]) => fits(labelsAt(place)[index] ?? '', pattern)))
  const keys = metricSubject(metric)?.counter ? at.map((place) => `${rule.name}\n${labelsAt(place).join('\n')}`) : []
  if (per === undefined) return { at, per: undefined, keys }
  const divisors = new Map(placesOf(series, per).map((place) => [labelsAt(place).join('\n'), place]))
  return { at, per: at.map((place) => divisors.get(labelsAt(place).join('\n'))), keys }
}

const placesFor = (series: HostSeries['series'], rule: AlertRule, source: MetricSource): Places => {
  const byRule = known.get(series) ?? new WeakMap<AlertRule, Places>()
  known.set(series, byRule)
  const places = byRule.get(rule) ?? findPlaces(series, rule, source)
  byRule.set(rule, places)
  return places
}

/** Undefined without a figure, or without one to divide by. */
const figureAt = ({ values }: HostSeries, { at, per }: Places, index: number): number | undefined => {
  const value = values[at[index] ?? -1] ?? Number.NaN
  if (per === undefined) return Number.isNaN(value) ? undefined : value
  const ratio = value / (values[per[index] ?? -1] ?? 0)
  return Number.isFinite(ratio) ? ratio : undefined
}

/** Series that are well are left out: of thousands of hosts nearly all are. */
const observeMetric = (inputs: AlertInputs, rule: AlertRule, source: MetricSource): Observation => {
  const counter = metricSubject(source.metric)?.counter ?? false
  const samples: Sample[] = []
  const stale = new Set<string>()
  const young = new Set<string>()
  for (const { record } of knownHosts(inputs)) {
    if (source.where.host !== undefined && !fits(record.name, source.where.host)) continue
    const figures = inputs.figures(record.id)
    if (!figures || figures.ageMs > freshMs) {
      stale.add(record.name)
      continue
    }
    const places = placesFor(figures.series, rule, source)
    for (const index of places.at.keys()) {
      const seen = figureAt(figures, places, index)
      if (seen === undefined) continue
      const growth = counter ? inputs.growth(`${record.id}\n${places.keys[index]}`, seen, rule.overMs) : undefined
      const value = growth?.grown ?? seen
      if (!isClear(rule, value)) {
        const labels = labelsOf(source.metric, figures.series[places.at[index] ?? -1]?.labels ?? [])
        samples.push({ labels: { host: record.name, ...labels }, value })
      } else if (growth && !growth.complete) young.add(record.name)
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

const isWanted = (labels: Labels, where: Labels): boolean =>
  Object.entries(where).every(([name, pattern]) => fits(labels[name] ?? '', pattern))

/** What is seen for a rule: of a metric only series that are not well, of a signal all. */
export const observe = (inputs: AlertInputs, rule: AlertRule): Observation => {
  const { source } = rule
  if (source.kind === 'metric') return broughtTogether(rule, observeMetric(inputs, rule, source))
  const signal = signals[source.signal]
  if (signal === undefined) return { samples: [], isUnknown: () => true }
  const { samples, isUnknown } = signal.observe(inputs, rule)
  return broughtTogether(rule, { samples: samples.filter(({ labels }) => isWanted(labels, source.where)), isUnknown })
}
