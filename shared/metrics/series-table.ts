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

const isSeries = (known: Series, name: SeriesName, labels: readonly string[]): boolean => {
  if (known.name !== name || known.labels.length !== labels.length) return false
  for (let index = 0; index < labels.length; index++) if (known.labels[index] !== labels[index]) return false
  return true
}

/** The figures of one collector. A series that a round leaves out is gone: what vanished is not shown with its last value. */
export class SeriesTable {
  readonly #kept = new Map<string, Kept>()
  #round = 0
  #version = 0
  #list: readonly Series[] = []
  /** The series of the round before in the order in which they were set: as a rule the next round sets the same ones in the same order. */
  readonly #order: Kept[] = []

  /** Grows when series come or go. */
  get version(): number {
    return this.#version
  }

  /** One round: what `write` sets is there afterwards, and nothing else. */
  fill(write: (set: SetSeries) => void): void {
    this.#round += 1
    let added = false
    let live = 0
    let at = 0
    write((name, labels, given) => {
      if (given === undefined) return
      const value = Number(given)
      const expected = this.#order[at]
      if (expected && isSeries(expected, name, labels) && expected.round === this.#round - 1) {
        at += 1
        live += 1
        expected.value = value
        expected.round = this.#round
        return
      }
      const key = labels.length === 0 ? name : name + separator + labels.join(separator)
      const known = this.#kept.get(key)
      if (known) {
        known.value = value
        if (known.round !== this.#round) live += 1
        known.round = this.#round
        this.#order[at++] = known
        return
      }
      const kept = { name, labels, value, round: this.#round }
      this.#kept.set(key, kept)
      this.#order[at++] = kept
      live += 1
      added = true
    })
    this.#order.length = at
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
