interface Due {
  readonly atMs: number
  readonly order: number
  run: (() => void) | undefined
}

const before = (a: Due, b: Due): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order)

/** More steps at one moment are a loop. */
const mostAtOnce = 20_000

/**
 * Resolves when every promise that can go on by itself has done so: ticks come after all of them, and the second one after those that ticks of
 * others have let go on. A turn of the event loop would do as well, and costs more than most steps.
 */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(() => process.nextTick(resolve)))

/** Virtual time: what is due is run one after the other, and between two nothing is left under way. */
export class Scheduler {
  readonly #heap: Due[] = []
  #order = 0
  #nowMs = 0
  #steps = 0
  #stepsAtOnce = 0

  /** True time, which no process of the simulation can read. */
  get nowMs(): number {
    return this.#nowMs
  }

  get steps(): number {
    return this.#steps
  }

  /** Runs it so many milliseconds from now. Returns what cancels it. */
  after(ms: number, run: () => void): () => void {
    const due: Due = { atMs: this.#nowMs + Math.max(0, ms), order: this.#order++, run }
    this.#push(due)
    return () => {
      due.run = undefined
    }
  }

  /** Lets time pass up to a moment, or until `done` says so after a step. */
  async runUntil(untilMs: number, done: () => boolean = () => false): Promise<void> {
    await settled()
    for (;;) {
      const next = this.#heap[0]
      if (!next || next.atMs > untilMs) break
      this.#pop()
      if (!next.run) continue
      this.#stepsAtOnce = next.atMs > this.#nowMs ? 0 : this.#stepsAtOnce + 1
      if (this.#stepsAtOnce > mostAtOnce) throw new Error(`time stands still at ${this.#nowMs} ms`)
      this.#nowMs = next.atMs
      this.#steps += 1
      next.run()
      await settled()
      if (done()) return
    }
    this.#nowMs = Math.max(this.#nowMs, untilMs)
  }

  #push(due: Due): void {
    const heap = this.#heap
    let at = heap.length
    heap.push(due)
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent] as Due
      if (!before(due, above)) break
      heap[at] = above
      at = parent
    }
    heap[at] = due
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop() as Due
    if (heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1] as Due, heap[child] as Due)) child += 1
      if (!before(heap[child] as Due, last)) break
      heap[at] = heap[child] as Due
      at = child
    }
    heap[at] = last
  }
}
