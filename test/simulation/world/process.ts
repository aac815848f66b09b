import type { Clock } from '../../../shared/clock/clock.ts'
import type { Timers } from '../../../shared/clock/timers.ts'
import type { Scheduler } from './scheduler.ts'

/** The clocks of one machine: a monotonic one that runs a little fast or slow, and a wall clock that somebody may set. */
export class MachineClock {
  readonly scheduler: Scheduler
  /** Its milliseconds per true one. */
  readonly rate: number
  #offsetMs = 0
  wasSet = false

  constructor(scheduler: Scheduler, rate: number) {
    this.scheduler = scheduler
    this.rate = rate
  }

  get monotonicMs(): number {
    return this.scheduler.nowMs * this.rate
  }

  get unixMs(): number {
    return Math.round(1_800_000_000_000 + this.scheduler.nowMs * this.rate + this.#offsetMs)
  }

  /** Somebody sets the wall clock. */
  jump(ms: number): void {
    this.#offsetMs += ms
    this.wasSet = true
  }
}

/**
 * One run of a program on a machine. All that it does to the world it does through this: once it is killed nothing that it waits for ever
 * comes, so that it stands still wherever it was, between any two of its steps.
 */
export class Process {
  readonly machine: MachineClock
  readonly clock: Clock
  readonly timers: Timers
  #alive = true

  constructor(machine: MachineClock) {
    this.machine = machine
    const bornMs = machine.monotonicMs
    this.clock = { monotonicMs: () => machine.monotonicMs - bornMs, unixMs: () => machine.unixMs }
    this.timers = {
      after: (ms, callback) => this.#after(ms / machine.rate, callback),
      timeout: (ms) => {
        const late = new AbortController()
        this.#after(ms / machine.rate, () => late.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')))
        return late.signal
      },
    }
  }

  get alive(): boolean {
    return this.#alive
  }

  kill(): void {
    this.#alive = false
  }

  /** A call to the world outside: it happens after a while even if the caller dies meanwhile, and its answer takes a while as well. */
  call<T>(goMs: number, comeMs: number, effect: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    if (!this.#alive) return promise
    this.machine.scheduler.after(goMs, () => {
      let answer: () => void
      try {
        const value = effect()
        answer = () => resolve(value)
      } catch (error) {
        answer = () => reject(error)
      }
      this.#after(comeMs, answer)
    })
    return promise
  }

  #after(ms: number, callback: () => void): () => void {
    return this.machine.scheduler.after(ms, () => {
      if (this.#alive) callback()
    })
  }
}
