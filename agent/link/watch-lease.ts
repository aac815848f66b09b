import type { Clock } from '../../shared/clock/clock.ts'
import { systemTimers, type Timers } from '../../shared/clock/timers.ts'
import { pause } from '../../shared/lifecycle/deadline.ts'
import type { Lease } from './lease.ts'

export interface LeaseWatch {
  readonly lease: Lease
  readonly clock: Clock
  readonly timers?: Timers
  readonly tell: (state: 'held' | 'lost') => void
}

/**
 * An agent that was just started does not know when its predecessor's lease ended. Without one of its own by then it counts as lost: the controller
 * reckons with a little more than this before it has work done elsewhere that must not run twice.
 */
const firstLeaseMs = 8_000

/** Tells when the lease is held and when it is lost, until the signal aborts. */
export const watchLease = async ({ lease, clock, timers = systemTimers, tell }: LeaseWatch, signal: AbortSignal): Promise<void> => {
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
  const cancelFirst = timers.after(firstLeaseMs, () => {
    if (lease.validUntilMs === Number.NEGATIVE_INFINITY) tell('lost')
  })
  signal.addEventListener('abort', cancelFirst, { once: true })
  while (!signal.aborted) {
    await Promise.race([lease.renewed(), aborted])
    if (!lease.valid(clock.monotonicMs())) continue
    tell('held')
    while (lease.valid(clock.monotonicMs()))
      if ((await pause(Math.ceil(lease.validUntilMs - clock.monotonicMs()), signal, timers)) === 'aborted') return
    tell('lost')
  }
}
