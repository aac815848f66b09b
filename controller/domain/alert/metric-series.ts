/** Reading hosts' figures by the names of docs/metrics.md. Pure; what it remembers is only where in a dictionary a name stands. */

import { describeSeries } from '../../../shared/metrics/catalogue.ts'
import type { MetricFrame } from '../../../shared/metrics/frame.ts'
import type { HostSeries } from './inputs.ts'
import type { Labels } from './labels.ts'

export interface Reading {
  readonly labels: readonly string[]
  readonly value: number
}

/** By dictionary, which lives as long as a session, so that thousands of hosts are not searched at each look. */
const places = new WeakMap<MetricFrame['series'], Map<string, readonly number[]>>()

const placesOf = (series: MetricFrame['series'], name: string): readonly number[] => {
  const known = places.get(series) ?? new Map<string, readonly number[]>()
  places.set(series, known)
  const found = known.get(name) ?? series.flatMap((one, index) => (one.name === name ? index : []))
  known.set(name, found)
  return found
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
