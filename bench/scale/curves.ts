import { Random } from './random.ts'

export interface Curve {
  readonly name: string
  readonly title: string
  readonly seconds: number
  /** Requests a second that are expected in each second. */
  readonly rates: readonly number[]
  /** Of the wall clock, at its beginning. */
  readonly startUnixMs: number
}

const hour = 3600
const day = 24 * hour
/** A Wednesday, 00:00 in UTC. */
const midnightUnixMs = Date.UTC(2026, 5, 3)

const curve = (name: string, title: string, seconds: number, rateAt: (second: number) => number): Curve => ({
  name,
  title,
  seconds,
  rates: Array.from({ length: seconds }, (_, second) => rateAt(second)),
  startUnixMs: midnightUnixMs,
})

/** Straight lines between the points. */
const through = (points: readonly (readonly [second: number, rate: number])[]) => (second: number) => {
  const after = points.findIndex(([at]) => at > second)
  const [toAt, to] = points[after === -1 ? points.length - 1 : after] ?? [0, 0]
  const [fromAt, from] = points[Math.max(0, (after === -1 ? points.length : after) - 1)] ?? [0, 0]
  return toAt === fromAt ? to : from + ((to - from) * (second - fromAt)) / (toAt - fromAt)
}

/**
 * Like a chat service on a working day: the hours of office, and on top of them bursts. The load of each half minute is the day's times a
 * factor that wanders by a third within minutes, and once an hour or so it doubles for one to four minutes.
 */
const bursty = (): Curve => {
  const random = new Random(20_260_603)
  const office = through([
    [0, 0.6],
    [6 * hour, 0.4],
    [9 * hour, 3.5],
    [11.5 * hour, 4.5],
    [12.5 * hour, 3],
    [15 * hour, 4.8],
    [18 * hour, 3],
    [21 * hour, 2],
    [day, 0.6],
  ])
  let mood = 0
  let burstUntil = 0
  const factors = Array.from({ length: day / 30 }, (_, slot) => {
    mood = 0.95 * mood + 0.1 * random.normal()
    if (slot >= burstUntil && random.next() < 1 / 120) burstUntil = slot + 2 + Math.floor(random.next() * 6)
    return Math.exp(mood - 0.05) * (slot < burstUntil ? 2 : 1)
  })
  return curve('bursty', 'Bursty office day (synthetic)', day, (second) => office(second) * (factors[Math.floor(second / 30)] ?? 1))
}

export const curves: readonly Curve[] = [
  curve('diurnal', 'Day and night', day, (second) => 4.5 - 4 * Math.cos((2 * Math.PI * second) / day)),
  curve('step', 'A step up, and down again', 4 * hour, (second) => (second >= hour && second < 3 * hour ? 7 : 2)),
  curve('spike', 'Two spikes of five minutes', 4 * hour, (second) => {
    const isSpike = [hour, 2.5 * hour].some((at) => second >= at && second < at + 300)
    return isSpike ? 9 : 2
  }),
  curve(
    'ramp',
    'A slow ramp',
    6 * hour,
    through([
      [0, 1],
      [3 * hour, 10],
      [6 * hour, 1],
    ]),
  ),
  curve('mornings', 'Weekday mornings', day, (second) => {
    if (second >= 8 * hour && second < 12 * hour) return 8
    return second >= 12 * hour && second < 18 * hour ? 3 : 0.4
  }),
  bursty(),
]
