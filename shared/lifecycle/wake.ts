import { systemTimers, type Timers } from '../clock/timers.ts'

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
      const { promise: woken, resolve } = Promise.withResolvers<void>()
      this.#resolve = resolve
      const cancel = this.#timers.after(maxMs, resolve)
      const onAbort = () => resolve()
      signal.addEventListener('abort', onAbort, { once: true })
      if (!signal.aborted) await woken
      signal.removeEventListener('abort', onAbort)
      cancel()
      this.#resolve = undefined
    }
    this.#pending = false
  }
}
