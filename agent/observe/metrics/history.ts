import type { Series as PlottedSeries } from '../../../shared/diagnosis/host-diagnosis.ts'
import { catalogue, describeSeries } from '../../../shared/metrics/catalogue.ts'
import type { Series } from '../../../shared/metrics/series-table.ts'

/** How far back, how closely: every sample (5 s) for 15 minutes, one a minute for 24 hours. */
const fineLength = 180
const coarseLength = 24 * 60
const coarseEveryMs = 60_000
/** 6.5 KB each, so 3.3 MB at the most. Series past it have no past. */
const mostSeries = 512

/** Times of a ring of samples; columns of values share them. */
class Ring {
  readonly length: number
  readonly times: Float64Array
  #next = 0

  constructor(length: number) {
    this.length = length
    this.times = new Float64Array(length)
  }

  /** Where this sample is kept. */
  add(atUnixMs: number): number {
    const at = this.#next
    this.times[at] = atUnixMs
    this.#next = (at + 1) % this.length
    return at
  }

  /** Indices from the oldest to the newest. */
  *order(): Generator<number> {
    for (let step = 0; step < this.length; step++) {
      const at = (this.#next + step) % this.length
      if (this.times[at] !== 0) yield at
    }
  }
}

interface Column {
  series: Series
  readonly fine: Float32Array
  readonly coarse: Float32Array
  /** Taken off what is kept: 32 bits hold seven digits, and a counter's changes matter more than its size. */
  readonly base: number
  lastUnixMs: number
}

const emptyColumn = (series: Series, base: number, nowUnixMs: number): Column => ({
  series,
  base,
  fine: new Float32Array(fineLength).fill(Number.NaN),
  coarse: new Float32Array(coarseLength).fill(Number.NaN),
  lastUnixMs: nowUnixMs,
})

const keyOf = ({ name, labels }: Series): string => `${name}\u0000${labels.join('\u0000')}`

/**
 * The past of the series that the catalogue chooses, in memory of a fixed size, for reports of what led to a fault. A series that
 * is gone keeps its past until its place is needed.
 */
export class MetricsHistory {
  readonly #fine = new Ring(fineLength)
  readonly #coarse = new Ring(coarseLength)
  readonly #columns = new Map<string, Column>()
  /** The series of the last rounds, with the columns of those that are kept; the array is the same until series come or go. */
  #followed: readonly Series[] | undefined
  #live: readonly Column[] = []
  #gone: readonly Column[] = []
  #coarseUntilMs = 0
  /** Of the round before: what was in it may be in this one too. */
  #beforeUnixMs = 0
  #nowUnixMs = 0

  get size(): number {
    return this.#columns.size
  }

  /** Takes a round of figures in. */
  record(atUnixMs: number, all: readonly Series[]): void {
    this.#beforeUnixMs = this.#nowUnixMs
    this.#nowUnixMs = atUnixMs
    const fineAt = this.#fine.add(atUnixMs)
    const isCoarse = atUnixMs >= this.#coarseUntilMs || atUnixMs < this.#coarseUntilMs - 2 * coarseEveryMs
    const coarseAt = isCoarse ? this.#coarse.add(atUnixMs) : -1
    if (isCoarse) this.#coarseUntilMs = atUnixMs + coarseEveryMs - 1_000
    if (all !== this.#followed) this.#follow(all)
    for (const column of this.#live) {
      const value = column.series.value - column.base
      column.fine[fineAt] = value
      if (isCoarse) column.coarse[coarseAt] = value
      column.lastUnixMs = atUnixMs
    }
    for (const column of this.#gone) {
      column.fine[fineAt] = Number.NaN
      if (isCoarse) column.coarse[coarseAt] = Number.NaN
    }
  }

  /** Finds or makes the columns of a new set of series. */
  #follow(all: readonly Series[]): void {
    const live = new Set<Column>()
    let refused = false
    for (const series of all) {
      const metric = describeSeries(series.name)?.metric
      const described = metric && catalogue[metric]
      if (!described?.history) continue
      const column = this.#columnOf(series, described.type === 'counter' ? series.value : 0)
      if (column) live.add(column)
      else refused = true
    }
    this.#live = [...live]
    this.#gone = [...this.#columns.values()].filter((column) => !live.has(column))
    // Whoever found no room is looked at again in the next round.
    this.#followed = refused ? undefined : all
  }

  /** Every kept series of a metric whose labels match: minutes first, then the last quarter of an hour more closely. */
  series(metric: string, labels: Readonly<Record<string, string>> = {}): readonly PlottedSeries[] {
    const names = describeSeries(metric)?.labels ?? []
    const wanted = Object.entries(labels)
    const found: PlottedSeries[] = []
    for (const column of this.#columns.values()) {
      if (column.series.name !== metric) continue
      const own = Object.fromEntries(names.map((name, index) => [name, column.series.labels[index] ?? '']))
      if (wanted.every(([name, value]) => own[name] === value)) found.push({ name: metric, labels: own, ...this.#past(column) })
    }
    return found
  }

  #past(column: Column): { atUnixMs: number[]; values: (number | null)[] } {
    const atUnixMs: number[] = []
    const values: (number | null)[] = []
    const push = (time: number, value: number) => {
      atUnixMs.push(time)
      values.push(Number.isNaN(value) ? null : value + column.base)
    }
    const [firstFine] = this.#fine.order()
    const fineFrom = firstFine === undefined ? Number.POSITIVE_INFINITY : (this.#fine.times[firstFine] ?? 0)
    for (const at of this.#coarse.order()) {
      const time = this.#coarse.times[at] ?? 0
      if (time < fineFrom) push(time, column.coarse[at] ?? Number.NaN)
    }
    for (const at of this.#fine.order()) push(this.#fine.times[at] ?? 0, column.fine[at] ?? Number.NaN)
    return { atUnixMs, values }
  }

  #columnOf(series: Series, base: number): Column | undefined {
    const key = keyOf(series)
    const known = this.#columns.get(key)
    if (known) {
      // One that came back is another object.
      known.series = series
      known.lastUnixMs = this.#nowUnixMs
      return known
    }
    if (this.#columns.size >= mostSeries && !this.#makeRoom()) return undefined
    const column = emptyColumn(series, base, this.#nowUnixMs)
    this.#columns.set(key, column)
    return column
  }

  /** Gives up the series that has been gone longest; none when all live. */
  #makeRoom(): boolean {
    let oldest: [string, Column] | undefined
    for (const entry of this.#columns) if (entry[1].lastUnixMs < (oldest?.[1].lastUnixMs ?? this.#beforeUnixMs)) oldest = entry
    if (!oldest) return false
    this.#columns.delete(oldest[0])
    return true
  }
}
