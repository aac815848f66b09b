/** From values to places on paper. Pure. */

export interface Scale {
  (value: number): number
  readonly ticks: readonly number[]
}

export const linear = (from: readonly [number, number], to: readonly [number, number], ticks: readonly number[]): Scale => {
  const span = from[1] - from[0] || 1
  return Object.assign((value: number) => to[0] + ((value - from[0]) / span) * (to[1] - to[0]), { ticks })
}

/** About `count` round values from 0 or below the least to above the most. */
export const niceTicks = (least: number, most: number, count: number): readonly number[] => {
  const span = most - least || Math.abs(most) || 1
  const rough = span / count
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5, 10].find((multiple) => multiple * power >= rough) ?? 10) * power
  const first = Math.floor(least / step)
  const last = Math.ceil(most / step)
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)))
}

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const steps = [
  second,
  5 * second,
  15 * second,
  30 * second,
  minute,
  5 * minute,
  10 * minute,
  30 * minute,
  hour,
  3 * hour,
  6 * hour,
  12 * hour,
  24 * hour,
  7 * 24 * hour,
]

/** Round moments within the span, at most `count` of them. */
export const timeTicks = (fromMs: number, toMs: number, count: number): readonly number[] => {
  const step = steps.find((candidate) => (toMs - fromMs) / candidate <= count) ?? 30 * 24 * hour
  const ticks: number[] = []
  for (let tick = Math.ceil(fromMs / step) * step; tick <= toMs; tick += step) ticks.push(tick)
  return ticks
}

/** As precise as the ticks are apart: `14:05`, `14:05:30` or `01-31 14:00`. */
export const timeLabel = (unixMs: number, spanMs: number): string => {
  const iso = new Date(unixMs).toISOString()
  if (spanMs < 3 * minute) return iso.slice(11, 19)
  return spanMs <= 24 * hour ? iso.slice(11, 16) : `${iso.slice(5, 10)} ${iso.slice(11, 16)}`
}

const units: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
]

/** `1.2k`, `3.4M`, at most four characters of figures. */
export const shortNumber = (value: number): string => {
  const size = Math.abs(value)
  const [factor, unit] = units.find(([least]) => size >= least) ?? [1, '']
  const scaled = value / factor
  return `${Number(scaled.toFixed(Math.abs(scaled) >= 100 ? 0 : Math.abs(scaled) >= 10 ? 1 : 2))}${unit}`
}
