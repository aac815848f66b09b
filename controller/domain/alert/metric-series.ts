/** Reading hosts' figures by the names of docs/metrics.md. Pure; what it remembers is only where in a dictionary a name stands. */

import { describeSeries } from '../../../shared/metrics/catalogue.ts'
import type { MetricFrame } from '../../../shared/metrics/frame.ts'
import type { HostSeries } from './inputs.ts'
import type { Labels } from './labels.ts'

interface Reading {
  readonly labels: readonly string[]
  readonly value: number
}

/** By dictionary, which lives as long as a session, so that thousands of hosts are not searched at each look. */
const indexes = new WeakMap<MetricFrame['series'], ReadonlyMap<string, readonly number[]>>()
const nowhere: readonly number[] = []

const indexOf = (series: MetricFrame['series']): ReadonlyMap<string, readonly number[]> => {
  const index = new Map<string, number[]>()
  for (const [place, { name }] of series.entries()) {
    const places = index.get(name)
    if (places === undefined) index.set(name, [place])
    else places.push(place)
  }
  return index
}

/** Where the series of a name stand in a dictionary. */
export const placesOf = (series: MetricFrame['series'], name: string): readonly number[] => {
  let index = indexes.get(series)
  if (index === undefined) {
    index = indexOf(series)
    indexes.set(series, index)
  }
  return index.get(name) ?? nowhere
}

/** The figures of one name, without those that have no value now. */
export const readings = ({ series, values }: HostSeries, name: string): readonly Reading[] => {
  const found: Reading[] = []
  for (const place of placesOf(series, name)) {
    const value = values[place]
    if (value !== undefined && !Number.isNaN(value)) found.push({ labels: series[place]?.labels ?? [], value })
  }
  return found
}

export const labelsOf = (name: string, values: readonly string[]): Labels =>
  Object.fromEntries((describeSeries(name)?.labels ?? []).map((label, index) => [label, values[index] ?? '']))
