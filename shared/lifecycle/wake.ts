import { systemTimers, type Timers } from '../clock/timers.ts'
import { pause } from './deadline.ts'

/** A level-triggered wake signal: any number of calls to `wake` before a wait end that wait once. */
export class Wake {
  readonly #timers: Timers
  #pending = false
  #resolve: (() => void) | undefined

  constructor(timers: Timers = systemTimers) {
    this.#timers = timers
  }

  wake(): void {
    this.#pending = true
    this.#resolve?.()
  }

  /** Resolves at the next wake (or at once if one is pending), after maxMs, or when the signal aborts. */
  async wait(maxMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#pending) {
      const woken = new AbortController()
      this.#resolve = () => woken.abort()
      await pause(maxMs, AbortSignal.any([signal, woken.signal]), this.#timers)
      this.#resolve = undefined
    }
    this.#pending = false
  }
}
