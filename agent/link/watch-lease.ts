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

const checkMs = 250

/** Tells when the lease is held and when it is lost, until the signal aborts; what never was held is not lost. */
export const watchLease = async ({ lease, clock, timers = systemTimers, tell }: LeaseWatch, signal: AbortSignal): Promise<void> => {
  let everHeld = false
  while ((await pause(checkMs, signal, timers)) === 'elapsed') {
    const held = lease.valid(clock.monotonicMs())
    everHeld ||= held
    if (everHeld) tell(held ? 'held' : 'lost')
  }
}
