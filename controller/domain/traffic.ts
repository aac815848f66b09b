/** Counts of requests as rows of numbers, and what people and planners read from them. Pure. */
import {
  bucketOf,
  durationBoundsMs,
  type Ending,
  endings,
  firstByteBoundsMs,
  type TrafficEntry,
  type TrafficReport,
} from '../../shared/fleet/traffic.ts'

/** The traffic of a deployment, or of one of its revisions, over a stretch of time that ends now. */
export interface TrafficWindow {
  /** Ended in the window, in whatever way. */
  readonly requests: number
  /** Answers of 5xx, no answer, and answers that broke off. Never 4xx, 429, or a client that left. */
  readonly errors: number
  /** Turned away by gateways, with 429 or 503. */
  readonly refused: number
  /** Attempts that failed before their first byte and went on to another replica, so that no client saw it. */
  readonly retried: number
  /** Answers below 400 that began in the window. */
  readonly firstBytes: number
  /** Time from arrival to the first byte, queueing included, by quantile (0 to 1); undefined without any. */
  ttftMs(quantile: number): number | undefined
  /** Time from arrival to the last byte of whole answers, by quantile (0 to 1); undefined without any. */
  durationMs(quantile: number): number | undefined
  /** Tokens generated a second, as the engines say now; undefined where none says. */
  readonly tokensPerSecond: number | undefined
  /** Requests in line now; of the deployment, whatever the revision. */
  readonly waiting: number
  /** Requests at replicas now. */
  readonly inFlight: number
  /** What the counts really cover: whole slots, and no time in which no gateway was heard. */
  readonly spanMs: number
}

/** The counts of a TrafficEntry, one after the other: endings, retried, buckets of the first byte, buckets of the duration. */
export type Row = ArrayLike<number>

const retriedAt = endings.length
const firstByteAt = retriedAt + 1
const durationAt = firstByteAt + firstByteBoundsMs.length + 1
export const rowLength = durationAt + durationBoundsMs.length + 1

const placeOf = Object.fromEntries(endings.map((ending, place) => [ending, place])) as Readonly<Record<Ending, number>>

export const ended = (row: Row, ending: Ending): number => row[placeOf[ending]] ?? 0

/** Buckets with other bounds, taken over into ours: each goes where its upper bound belongs, so that times are never made to look better. */
export const rebucket = (counts: readonly number[], theirs: readonly number[], ours: readonly number[]): number[] => {
  const buckets = Array.from({ length: ours.length + 1 }, () => 0)
  for (const [place, count] of counts.entries()) {
    const ourPlace = bucketOf(ours, theirs[place] ?? Number.POSITIVE_INFINITY)
    buckets[ourPlace] = (buckets[ourPlace] ?? 0) + count
  }
  return buckets
}

export const rowOf = (entry: TrafficEntry, report: Pick<TrafficReport, 'firstByteBoundsMs' | 'durationBoundsMs'>): Row => [
  ...endings.map((ending) => entry.ended[ending]),
  entry.retried,
  ...rebucket(entry.firstByteBuckets, report.firstByteBoundsMs, firstByteBoundsMs),
  ...rebucket(entry.durationBuckets, report.durationBoundsMs, durationBoundsMs),
]

/** What was counted since `before`. Counts that went back began anew, so that all of them are since; never a negative number. */
export const growth = (now: Row, before: Row | undefined): Row => {
  if (before === undefined) return now
  const row = new Float64Array(rowLength)
  for (let place = 0; place < rowLength; place++) {
    const grown = (now[place] ?? 0) - (before[place] ?? 0)
    if (grown < 0) return now
    row[place] = grown
  }
  return row
}

/**
 * The value below which this share of the observations lies, taken as spread evenly inside their bucket; the highest bound when it is
 * above them all. Undefined without observations.
 * @param quantile 0 to 1
 */
export const quantileOf = (bounds: readonly number[], counts: Row, quantile: number): number | undefined => {
  let total = 0
  for (let place = 0; place <= bounds.length; place++) total += counts[place] ?? 0
  if (total === 0) return undefined
  const rank = quantile * total
  let below = 0
  for (const [place, bound] of bounds.entries()) {
    const count = counts[place] ?? 0
    if (count > 0 && below + count >= rank) {
      const from = bounds[place - 1] ?? 0
      return from + (bound - from) * (Math.max(0, rank - below) / count)
    }
    below += count
  }
  return bounds.at(-1)
}

const part = (row: Row, from: number, bounds: readonly number[]): Row =>
  Array.from({ length: bounds.length + 1 }, (_, i) => row[from + i] ?? 0)

export const windowOf = (row: Row, now: Pick<TrafficWindow, 'tokensPerSecond' | 'waiting' | 'inFlight' | 'spanMs'>): TrafficWindow => {
  const firstByte = part(row, firstByteAt, firstByteBoundsMs)
  const duration = part(row, durationAt, durationBoundsMs)
  return {
    ...now,
    requests: endings.reduce((sum, ending) => sum + ended(row, ending), 0),
    errors: ended(row, 'upstreamError') + ended(row, 'cut'),
    refused: ended(row, 'refused429') + ended(row, 'refused503'),
    retried: row[retriedAt] ?? 0,
    firstBytes: Array.from(firstByte).reduce((sum, count) => sum + count, 0),
    ttftMs: (quantile) => quantileOf(firstByteBoundsMs, firstByte, quantile),
    durationMs: (quantile) => quantileOf(durationBoundsMs, duration, quantile),
  }
}
