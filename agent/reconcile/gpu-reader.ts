import type { Clock } from '../../shared/clock/clock.ts'
import type { Timers } from '../../shared/clock/timers.ts'
import { messageOf } from '../../shared/errors/hostler-error.ts'
import { pause, within } from '../../shared/lifecycle/deadline.ts'
import type { GpuHolders, GpuReading } from '../runtime/gpu-holders.ts'

const readTimeoutMs = 15_000
/** A round of the loop waits no longer than this: a hanging nvidia-smi must not hold up replicas that need no GPU. */
const patienceMs = 2_000
/** Foreign processes come and go without telling. */
const maxAgeMs = 500

interface Timed {
  readonly startedMs: number
  readonly endedMs: number
  readonly reading: GpuReading
}

/** Reads who holds the GPUs, one reading at a time. */
export class GpuReader {
  readonly #holders: GpuHolders
  readonly #clock: Clock
  readonly #timers: Timers
  readonly #onReading: () => void
  #pending: Promise<Timed> | undefined
  #last: Timed | undefined

  /** onReading is called when a reading ends that nobody waited for any more. */
  constructor(holders: GpuHolders, clock: Clock, timers: Timers, onReading: () => void) {
    this.#holders = holders
    this.#clock = clock
    this.#timers = timers
    this.#onReading = onReading
  }

  /**
   * A reading that began at notBeforeMs or later (monotonic), so that it cannot show a GPU free that was in use by us since.
   * undefined: there is none yet; onReading tells when to ask again.
   */
  async read(notBeforeMs: number, signal: AbortSignal): Promise<GpuReading | undefined> {
    const usable = (timed: Timed | undefined): timed is Timed =>
      timed !== undefined && timed.startedMs >= notBeforeMs && this.#clock.monotonicMs() - timed.endedMs <= maxAgeMs
    if (usable(this.#last)) return this.#last.reading
    this.#pending ??= this.#begin(signal)
    const timed = await Promise.race([this.#pending, pause(patienceMs, signal, this.#timers)])
    if (typeof timed === 'object') {
      if (usable(timed)) return timed.reading
      // It began too early; the next round starts another.
      this.#onReading()
      return undefined
    }
    this.#pending?.then(this.#onReading, () => {})
    return undefined
  }

  async #begin(signal: AbortSignal): Promise<Timed> {
    const startedMs = this.#clock.monotonicMs()
    let reading: GpuReading
    try {
      reading = await this.#holders.holders(within(readTimeoutMs, signal, this.#timers))
    } catch (error) {
      reading = { kind: 'unknown', reason: messageOf(error) }
    }
    this.#last = { startedMs, endedMs: this.#clock.monotonicMs(), reading }
    this.#pending = undefined
    return this.#last
  }
}
