import type { Capacities } from './capacities.ts'
import type { HostCapacity } from './capacity.ts'

interface Ranked {
  readonly capacity: HostCapacity
}

/**
 * The hosts that can take one more replica of the very same request, the best at hand: a heap in which a host that changed stands again, and what it
 * was is dropped when it comes to the top. So a placement looks at the host that took the last one, and at no other.
 */
export class Ranking<C extends Ranked> {
  readonly #isBetter: (a: C, b: C) => boolean
  readonly #heap: C[] = []
  #version = -1

  constructor(isBetter: (a: C, b: C) => boolean) {
    this.#isBetter = isBetter
  }

  /** The best of them now; undefined when there is none. `judge` is undefined of a host that cannot take it. */
  best(capacities: Capacities, judge: (capacity: HostCapacity) => C | undefined): C | undefined {
    for (const capacity of this.#version < 0 ? capacities : capacities.changedSince(this.#version)) {
      const candidate = judge(capacity)
      if (candidate !== undefined) this.#push(candidate)
    }
    this.#version = capacities.version
    for (;;) {
      const [top] = this.#heap
      if (top === undefined || capacities.isCurrent(top.capacity)) return top
      this.#pop()
    }
  }

  #push(candidate: C): void {
    const heap = this.#heap
    let place = heap.length
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || !this.#isBetter(candidate, parent)) break
      heap[place] = parent
      place = above
    }
    heap[place] = candidate
  }

  /** Takes the top away. */
  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let place = 0
    for (;;) {
      const left = heap[2 * place + 1]
      if (left === undefined) break
      const right = heap[2 * place + 2]
      const takesRight = right !== undefined && this.#isBetter(right, left)
      const child = takesRight ? right : left
      if (!this.#isBetter(child, last)) break
      heap[place] = child
      place = 2 * place + (takesRight ? 2 : 1)
    }
    heap[place] = last
  }
}
