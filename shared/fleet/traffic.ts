/** What a gateway counts of its traffic and tells the controller: for each deployment and revision, since the entry began. */

/**
 * How a request ended, from the side of the client. ok: a whole answer below 400. clientError: 4xx of the engine, or a request that cannot be
 * passed on. upstreamError: 5xx of the engine, or no answer. cut: broke off after its first byte. refused429, refused503: turned away by the
 * gateway itself. cancelled: the client left, or did not read on.
 */
export const endings = ['ok', 'clientError', 'upstreamError', 'cut', 'refused429', 'refused503', 'cancelled'] as const
export type Ending = (typeof endings)[number]

/** Upper bounds of the time to the first byte, from a cached answer to a long prefill; each about 1.4 times the one before. */
export const firstByteBoundsMs: readonly number[] = [
  5, 10, 20, 30, 50, 75, 100, 150, 200, 300, 400, 500, 700, 1_000, 1_400, 2_000, 3_000, 4_000, 5_500, 7_500, 10_000, 15_000, 20_000, 30_000,
  45_000, 60_000, 120_000, 300_000,
]

/** Upper bounds of the time to the last byte, from an embedding to a long chain of thought. */
export const durationBoundsMs: readonly number[] = [
  10, 25, 50, 100, 200, 350, 500, 750, 1_000, 1_500, 2_500, 4_000, 6_000, 8_000, 10_000, 15_000, 20_000, 30_000, 45_000, 60_000, 90_000,
  120_000, 180_000, 300_000, 600_000, 1_200_000, 3_600_000,
]

/** Revision 0 stands for requests that no replica got. */
export interface TrafficEntry {
  readonly deployment: string
  readonly revision: number
  /** When the gateway began to count it, by its own clock; another value means that all counts began at 0 again. */
  readonly startedUnixMs: number
  readonly ended: Readonly<Record<Ending, number>>
  /** Attempts that failed here before their first byte and went on to another replica. */
  readonly retried: number
  /** Answers below 400 by the time to their first byte, one more than there are bounds; the last is for what is above them all. */
  readonly firstByteBuckets: readonly number[]
  /** Requests that ended ok by the time to their last byte. */
  readonly durationBuckets: readonly number[]
  /** Now. */
  readonly inFlight: number
}

export interface TrafficReport {
  /** The sender's own: another version may have others. */
  readonly firstByteBoundsMs: readonly number[]
  readonly durationBoundsMs: readonly number[]
  /** Those that changed since the last report; all of them in the first report of a session. */
  readonly entries: readonly TrafficEntry[]
}

/** The place of the first bound that is not below the value; as many as there are bounds when it is above them all. */
export const bucketOf = (bounds: readonly number[], value: number): number => {
  let low = 0
  let high = bounds.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (value <= (bounds[middle] ?? Number.POSITIVE_INFINITY)) high = middle
    else low = middle + 1
  }
  return low
}
