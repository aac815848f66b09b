/**
 * How fast a deployment finishes requests while others wait, as a decaying mean of the time between two endings; for an honest Retry-After. Pure.
 */
export interface DrainRate {
  /** 0: nobody waited at the last ending, so that the time since says nothing. */
  readonly lastMs: number
  /** 0: not known yet. */
  readonly meanIntervalMs: number
}

export const noDrainRate: DrainRate = { lastMs: 0, meanIntervalMs: 0 }

const weight = 0.1

/** @param crowded whether somebody waits: a quiet night is no slow one */
export const afterEnding = (rate: DrainRate, nowMs: number, crowded = true): DrainRate => {
  if (!crowded) return rate.lastMs === 0 ? rate : { ...rate, lastMs: 0 }
  if (rate.lastMs === 0) return { ...rate, lastMs: nowMs }
  const intervalMs = Math.max(0, nowMs - rate.lastMs)
  const meanIntervalMs = rate.meanIntervalMs === 0 ? intervalMs : rate.meanIntervalMs * (1 - weight) + intervalMs * weight
  return { lastMs: nowMs, meanIntervalMs }
}

/** Whole seconds until a line of this length is served, from 1 to 60; half the longest wait when no rate is known. */
export const retryAfterSeconds = (rate: DrainRate, waiting: number, holdMs: number): number => {
  const ms = rate.meanIntervalMs === 0 ? holdMs / 2 : (waiting + 1) * rate.meanIntervalMs
  return Math.min(60, Math.max(1, Math.ceil(ms / 1000)))
}
