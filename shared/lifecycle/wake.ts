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

  /** Resolves at the next wake (or at once if one is pending) to true; after maxMs, or when the signal aborts, to false. */
  async wait(maxMs: number, signal: AbortSignal): Promise<boolean> {
    if (!this.#pending) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#resolve = resolve
      const cancel = this.#timers.after(maxMs, resolve)
      const onAbort = () => resolve()
      signal.addEventListener('abort', onAbort, { once: true })
      if (!signal.aborted) await promise
      signal.removeEventListener('abort', onAbort)
      cancel()
      this.#resolve = undefined
    }
    const woken = this.#pending
    this.#pending = false
    return woken
  }
}
