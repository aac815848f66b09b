/**
 * Time in steps: neither a clock is read nor a timer set for a request or a piece of an answer. Good enough for limits of seconds:
 * what has one ends up to two steps late, and never early.
 */
export class Ticks implements Disposable {
  readonly #stepMs: number
  #timer: NodeJS.Timeout | undefined
  #now = 0

  constructor(stepMs: number) {
    this.#stepMs = stepMs
  }

  /** Calls at each step, with its number. */
  start(onTick: (now: number) => void): void {
    this.#timer = setInterval(() => onTick(++this.#now), this.#stepMs)
    this.#timer.unref()
  }

  get now(): number {
    return this.#now
  }

  /** The step at which a limit that starts now is over; 0 ms is no limit. */
  after(limitMs: number): number {
    return limitMs === 0 ? Number.POSITIVE_INFINITY : this.#now + Math.ceil(limitMs / this.#stepMs) + 1
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}

/** Short enough for the shortest of the limits: a tenth of it, from 5 ms to half a second. */
export const stepFor = (limitsMs: readonly number[]): number => {
  const shortestMs = Math.min(...limitsMs.filter((limitMs) => limitMs > 0))
  return Math.max(5, Math.min(500, Math.floor(shortestMs / 10)))
}
