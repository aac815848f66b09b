/** A replica that has just joined gets its share little by little: its caches are cold, and its engine may still compile what it has not met yet. */
export interface SlowStart {
  /** Monotonic. */
  readonly sinceMs: number
  readonly forMs: number
}

const leastShare = 0.1

/** The part of its weight that it has, from a tenth to all of it. Pure. */
export const grown = ({ sinceMs, forMs }: SlowStart, nowMs: number): number =>
  nowMs - sinceMs >= forMs ? 1 : Math.max(leastShare, (nowMs - sinceMs) / forMs)
