import type { Clock } from './clock.ts'

/** Of the time that passed: so much faster or slower it runs while it catches up. */
const share = 0.05

/**
 * A wall clock without jumps, for deadlines that have to be stored as wall time: it passes as the monotonic clock does, and comes nearer to the
 * system's by running at most a twentieth faster or slower. Somebody who sets the system's clock an hour forward ends no deadline by that.
 */
export const steadyClock = (clock: Clock): Clock => {
  let atMs = clock.monotonicMs()
  let unixMs = clock.unixMs()
  return {
    monotonicMs: () => clock.monotonicMs(),
    unixMs: () => {
      const passedMs = clock.monotonicMs() - atMs
      const aheadMs = clock.unixMs() - (unixMs + passedMs)
      const mostMs = passedMs * share
      unixMs += passedMs + Math.min(mostMs, Math.max(-mostMs, aheadMs))
      atMs += passedMs
      return Math.round(unixMs)
    },
  }
}
