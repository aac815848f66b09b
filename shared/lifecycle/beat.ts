/**
 * Milliseconds from now to the next beat. Beats lie a period apart, `phaseMs` after the whole multiples of the period on the clock that nowMs is
 * of, so that what keeps the same period wakes the process once, or at a distance that was chosen. At least a quarter of a period: a timer that
 * ends a little early does not make one beat two. Pure.
 */
export const untilBeat = (nowMs: number, periodMs: number, phaseMs = 0): number => {
  const sinceMs = (((nowMs - phaseMs) % periodMs) + periodMs) % periodMs
  const waitMs = periodMs - sinceMs
  return waitMs < periodMs / 4 ? waitMs + periodMs : waitMs
}
