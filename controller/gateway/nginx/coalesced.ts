import { systemTimers, type Timers } from '../../../shared/clock/timers.ts'
import { pause } from '../../../shared/lifecycle/deadline.ts'

export interface CoalescedOptions<T> {
  /** Between the end of one and the start of the next. */
  readonly pauseMs: number
  /** Must not reject. */
  readonly apply: (value: T) => Promise<void>
  readonly timers?: Timers
}

/** Applies values one at a time. The newest wins: one that is overtaken while another is applied, or in the pause behind it, is never applied. */
export class Coalesced<T> implements AsyncDisposable {
  readonly #options: CoalescedOptions<T>
  readonly #stop = new AbortController()
  #newest: { readonly value: T } | undefined
  #running: Promise<void> | undefined

  constructor(options: CoalescedOptions<T>) {
    this.#options = options
  }

  offer(value: T): void {
    if (this.#stop.signal.aborted) return
    this.#newest = { value }
    this.#running ??= this.#run()
  }

  async #run(): Promise<void> {
    const { apply, pauseMs, timers = systemTimers } = this.#options
    while (this.#newest && !this.#stop.signal.aborted) {
      const { value } = this.#newest
      this.#newest = undefined
      await apply(value)
      await pause(pauseMs, this.#stop.signal, timers)
    }
    this.#running = undefined
  }

  /** Lets the one that is being applied end, and drops the rest. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#running
  }
}
