import type { MetricFrame__Output, MetricFrame as WireFrame } from '../../../proto/generated/hostler/v1/MetricFrame.ts'
import type { MetricFrame } from '../../metrics/frame.ts'

const bytesOfDouble = Float64Array.BYTES_PER_ELEMENT

/**
 * Figures as the wire has them: doubles, little-endian, one after the other. It is what `repeated double` looks like on the wire, which the field
 * was, so older programs read it and are read; several hundred figures are one copy instead of an object each.
 */
export const doublesToWire = (values: readonly number[]): Buffer => Buffer.from(Float64Array.from(values).buffer)

/** A piece of a double at the end is passed over. */
export const doublesFromWire = (bytes: Uint8Array): readonly number[] => {
  const whole = bytes.byteLength - (bytes.byteLength % bytesOfDouble)
  // What came over the wire lies anywhere in memory; numbers of eight bytes may not.
  return [...new Float64Array(new Uint8Array(bytes.subarray(0, whole)).buffer)]
}

export const metricFrameToWire = ({ series, values, ...rest }: MetricFrame): WireFrame => ({
  ...rest,
  series: series.map(({ name, labels }) => ({ name, labels: [...labels] })),
  values: doublesToWire(values),
})

export const metricFrameFromWire = ({ atUnixMs, dictionary, series, values }: MetricFrame__Output): MetricFrame => ({
  atUnixMs,
  dictionary,
  series,
  values: doublesFromWire(values),
})
