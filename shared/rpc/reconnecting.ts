import type { Clock } from '../clock/clock.ts'
import { systemTimers, type Timers } from '../clock/timers.ts'
import { type BackoffPolicy, backoffMs, jitter } from '../lifecycle/backoff.ts'
import { pause } from '../lifecycle/deadline.ts'

export interface Reconnecting {
  /** One session: resolves when the signal ended it, rejects with why it broke. */
  readonly session: () => Promise<void>
  readonly backoff: BackoffPolicy
  readonly clock: Clock
  readonly timers?: Timers
  /** In [0, 1). */
  readonly random: () => number
  readonly onBroken: (error: unknown, retryMs: number) => void
}

/** A session that lasted this long was a good one: the next attempt comes soon. */
const goodSessionMs = 10_000

/** Has one session after another until the signal aborts, with growing, jittered pauses between those that break. Never rejects. */
export const keepSession = async (options: Reconnecting, signal: AbortSignal): Promise<void> => {
  const { session, backoff, clock, timers = systemTimers, random, onBroken } = options
  let attempt = 0
  while (!signal.aborted) {
    const startedMs = clock.monotonicMs()
    try {
      await session()
    } catch (error) {
      if (clock.monotonicMs() - startedMs > goodSessionMs) attempt = 0
      const retryMs = jitter(backoffMs(attempt, backoff), random())
      attempt += 1
      onBroken(error, retryMs)
      await pause(retryMs, signal, timers)
    }
  }
}
