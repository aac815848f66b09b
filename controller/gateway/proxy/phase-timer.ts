export type Phase = 'firstByte' | 'idle' | 'clientStall'

/** One timer for the phases of an attempt, of which exactly one runs at a time. A limit of 0 ms is none. */
export class PhaseTimer {
  readonly #limitsMs: Readonly<Record<Phase, number>>
  readonly #onTimeout: (phase: Phase, limitMs: number) => void
  #phase: Phase | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(limitsMs: Readonly<Record<Phase, number>>, onTimeout: (phase: Phase, limitMs: number) => void) {
    this.#limitsMs = limitsMs
    this.#onTimeout = onTimeout
  }

  /** Starts the phase, or starts it again if it runs already (which is cheap). */
  enter(phase: Phase): void {
    if (this.#phase === phase) {
      this.#timer?.refresh()
      return
    }
    clearTimeout(this.#timer)
    this.#phase = phase
    const limitMs = this.#limitsMs[phase]
    this.#timer = limitMs === 0 ? undefined : setTimeout(() => this.#onTimeout(phase, limitMs), limitMs)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#phase = undefined
  }
}
