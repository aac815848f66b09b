/** What the figures of a rule are: their unit and labels, and whether they only grow. Pure. */

import { controllerMetrics } from '../../../shared/metrics/catalogue/controller.ts'
import { catalogue, describeSeries } from '../../../shared/metrics/catalogue.ts'
import type { RuleSource } from './rule.ts'
import type { Unit } from './signals/signal.ts'
import { signals } from './signals/signals.ts'

export interface Subject {
  readonly unit: Unit
  readonly labels: readonly string[]
  readonly counter: boolean
}

const units: readonly (readonly [RegExp, Unit])[] = [
  [/_ratio$/, 'ratio'],
  [/_bytes(_total)?$/, 'bytes'],
  [/_seconds(_total|_sum)?$/, 'seconds'],
]

/** Metrics that hosts send to the controller: all of the agent's but single buckets and single NVLinks. */
export const metricsOfHosts: readonly string[] = Object.entries(catalogue).flatMap(([name, { type, labels }]) => {
  if (name in controllerMetrics || (labels as readonly string[]).includes('link')) return []
  return type === 'histogram' ? [`${name}_sum`, `${name}_count`] : [name]
})

const isHistogramPart = (name: string): boolean => !(name in catalogue)

const subjects = new Map(
  metricsOfHosts.flatMap((name): [string, Subject][] => {
    const described = describeSeries(name)
    if (described === undefined) return []
    const unit = units.find(([pattern]) => pattern.test(name))?.[1] ?? 'count'
    const counter = catalogue[described.metric].type === 'counter' || isHistogramPart(name)
    return [[name, { unit, labels: ['host', ...described.labels], counter }]]
  }),
)

/** Undefined for a metric that hosts do not send. */
export const metricSubject = (name: string): Subject | undefined => subjects.get(name)

export const subjectOf = (source: RuleSource): Subject | undefined => {
  if (source.kind === 'metric') {
    const subject = metricSubject(source.metric)
    return source.per === undefined || subject === undefined ? subject : { ...subject, unit: 'ratio' }
  }
  const signal = signals[source.signal]
  return signal && { unit: signal.unit, labels: signal.labels, counter: false }
}
