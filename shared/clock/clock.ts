/**
 * Time as a parameter. Leases and deadlines use the monotonic clock; wall time is only for people and the database.
 */
export interface Clock {
  /** Milliseconds since an arbitrary start, never going back. */
  monotonicMs(): number
  /** Milliseconds since the Unix epoch; may jump. */
  unixMs(): number
}

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  unixMs: () => Date.now(),
}
