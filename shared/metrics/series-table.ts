import type { SeriesName } from './catalogue.ts'

/** One line of figures. The object stays the same for as long as the series exists. */
export interface Series {
  readonly name: SeriesName
  /** Values in the order of the catalogue's label names. */
  readonly labels: readonly string[]
  value: number
}

/** Gives a series its value. Undefined: there is no figure, and no series. */
export type SetSeries = (name: SeriesName, labels: readonly string[], value: number | boolean | undefined) => void

interface Kept extends Series {
  round: number
}

const separator = '\u0000'

/** The figures of one collector. A series that a round leaves out is gone: what vanished is not shown with its last value. */
export class SeriesTable {
  readonly #kept = new Map<string, Kept>()
  #round = 0
  #version = 0
  #list: readonly Series[] = []

  /** Grows when series come or go. */
  get version(): number {
    return this.#version
  }

  /** One round: what `write` sets is there afterwards, and nothing else. */
  fill(write: (set: SetSeries) => void): void {
    this.#round += 1
    let added = false
    let live = 0
    write((name, labels, given) => {
      if (given === undefined) return
      const value = Number(given)
      const key = labels.length === 0 ? name : name + separator + labels.join(separator)
      const known = this.#kept.get(key)
      if (known) {
        known.value = value
        if (known.round !== this.#round) live += 1
        known.round = this.#round
        return
      }
      this.#kept.set(key, { name, labels, value, round: this.#round })
      live += 1
      added = true
    })
    const lost = live < this.#kept.size
    if (lost) for (const [key, { round }] of this.#kept) if (round !== this.#round) this.#kept.delete(key)
    if (!added && !lost) return
    this.#version += 1
    this.#list = [...this.#kept.values()]
  }

  /** In the order in which they came; the same array until the version grows. */
  series(): readonly Series[] {
    return this.#list
  }
}
