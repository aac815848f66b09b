import type { MetricFrame__Output, MetricFrame as WireFrame } from '../../../proto/generated/hostler/v1/MetricFrame.ts'
import { describeSeries } from '../../metrics/catalogue.ts'
import type { MetricFrame } from '../../metrics/frame.ts'

const bytesOfDouble = Float64Array.BYTES_PER_ELEMENT

/**
 * Figures as the wire has them: doubles, little-endian, one after the other. It is what `repeated double` looks like on the wire, which the field
 * was, so older programs read it and are read; several hundred figures are one copy instead of an object each.
 */
export const doublesToWire = (values: ArrayLike<number>): Buffer => Buffer.from(Float64Array.from(values).buffer)

/** A piece of a double at the end is passed over. */
export const doublesFromWire = (bytes: Uint8Array): Float64Array => {
  const whole = bytes.byteLength - (bytes.byteLength % bytesOfDouble)
  // What came over the wire lies anywhere in memory; numbers of eight bytes may not.
  return new Float64Array(new Uint8Array(bytes.subarray(0, whole)).buffer)
}

export const metricFrameToWire = ({ series, values, ...rest }: MetricFrame): WireFrame => ({
  ...rest,
  series: series.map(({ name, labels }) => ({ name, labels: [...labels] })),
  values: doublesToWire(values),
})

/** Names of the vocabulary as they stand in memory once; what is not of it is left alone, so that no sender fills the table. */
const names = new Map<string, string>()

const nameOnce = (name: string): string => {
  const known = names.get(name)
  if (known === undefined && describeSeries(name) !== undefined) names.set(name, name)
  return known ?? name
}

/** Dozens of series of a dictionary are of one GPU or replica, and thousands of hosts name the same metrics: what is alike is kept once. */
const seriesFromWire = (series: MetricFrame__Output['series']): MetricFrame['series'] => {
  const known = new Map<string, readonly string[]>()
  return series.map(({ name, labels }) => {
    // Not joined: a label may hold whatever would stand between them.
    const key = JSON.stringify(labels)
    const once = known.get(key) ?? labels
    known.set(key, once)
    return { name: nameOnce(name), labels: once }
  })
}

export const metricFrameFromWire = ({ atUnixMs, dictionary, series, values }: MetricFrame__Output): MetricFrame => ({
  atUnixMs,
  dictionary,
  series: seriesFromWire(series),
  values: doublesFromWire(values),
})
