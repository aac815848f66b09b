/**
 * The host's own lease, on its own monotonic clock, counted from when the acknowledged message was *sent*: it ends before the controller's count
 * of it does, which starts when that message arrived.
 */
export class Lease {
  readonly #sentMs = new Map<number, number>()
  #validUntilMs = Number.NEGATIVE_INFINITY
  #durationMs = 0
  #renewed = Promise.withResolvers<void>()

  setDuration(durationMs: number): void {
    this.#durationMs = durationMs
  }

  sent(seq: number, nowMs: number): void {
    this.#sentMs.set(seq, nowMs)
  }

  /** Message `seq` and all before it have arrived. */
  acknowledged(seq: number): void {
    const sentMs = this.#sentMs.get(seq)
    if (sentMs !== undefined) {
      this.#validUntilMs = Math.max(this.#validUntilMs, sentMs + this.#durationMs)
      this.#renewed.resolve()
      this.#renewed = Promise.withResolvers()
    }
    for (const earlier of this.#sentMs.keys()) if (earlier <= seq) this.#sentMs.delete(earlier)
  }

  /** A new stream counts its messages anew; what was sent on the old one will not be acknowledged. */
  newStream(): void {
    this.#sentMs.clear()
  }

  /** Monotonic; -Infinity before the first. */
  get validUntilMs(): number {
    return this.#validUntilMs
  }

  /** Resolves at the next renewal. */
  renewed(): Promise<void> {
    return this.#renewed.promise
  }

  valid(nowMs: number): boolean {
    return nowMs < this.#validUntilMs
  }
}
