import { bucketOf } from '../../../shared/fleet/traffic.ts'
import { headLines, labelText, sampleLine } from '../../../shared/metrics/exposition.ts'

/** A few counters and histograms, kept in the process and written as Prometheus text (exposition format 0.0.4). */
export interface Metric {
  readonly write: () => string
}

interface Counted {
  readonly labels: string
  count: number
}

/** Counts by label values, given in the order of the names. */
export class Counter implements Metric {
  readonly #name: string
  readonly #help: string
  readonly #labels: readonly string[]
  /** By the values; their text is made once. */
  readonly #counts = new Map<string, Counted>()

  constructor(name: string, help: string, labels: readonly string[]) {
    this.#name = name
    this.#help = help
    this.#labels = labels
  }

  add(...values: readonly string[]): void {
    const key = values.join('\n')
    const counted = this.#counts.get(key)
    if (counted) counted.count++
    else this.#counts.set(key, { labels: labelText(this.#labels, values), count: 1 })
  }

  write(): string {
    const lines = [...this.#counts.values()].map(({ labels, count }) => sampleLine(this.#name, labels, count))
    return headLines(this.#name, this.#help, 'counter') + lines.join('')
  }
}

/** Values read when they are asked for, by one label. */
export class Reading implements Metric {
  readonly #name: string
  readonly #help: string
  readonly #type: string
  readonly #label: string
  readonly #read: () => ReadonlyMap<string, number>

  constructor(name: string, help: string, type: string, label: string, read: () => ReadonlyMap<string, number>) {
    this.#name = name
    this.#help = help
    this.#type = type
    this.#label = label
    this.#read = read
  }

  write(): string {
    const lines = [...this.#read()].map(([value, amount]) => sampleLine(this.#name, labelText([this.#label], [value]), amount))
    return headLines(this.#name, this.#help, this.#type) + lines.join('')
  }
}

interface Series {
  readonly buckets: number[]
  sum: number
  count: number
}

/** Observations in seconds, by one label. */
export class Histogram implements Metric {
  readonly #name: string
  readonly #help: string
  readonly #label: string
  readonly #bounds: readonly number[]
  readonly #series = new Map<string, Series>()

  constructor(name: string, help: string, label: string, boundsSeconds: readonly number[]) {
    this.#name = name
    this.#help = help
    this.#label = label
    this.#bounds = boundsSeconds
  }

  observe(value: string, seconds: number): void {
    let series = this.#series.get(value)
    if (!series) {
      series = { buckets: this.#bounds.map(() => 0), sum: 0, count: 0 }
      this.#series.set(value, series)
    }
    const index = bucketOf(this.#bounds, seconds)
    if (index < this.#bounds.length) series.buckets[index] = (series.buckets[index] ?? 0) + 1
    series.sum += seconds
    series.count++
  }

  write(): string {
    const lines: string[] = []
    for (const [value, series] of this.#series) {
      const label = labelText([this.#label], [value])
      let below = 0
      this.#bounds.forEach((bound, i) => {
        below += series.buckets[i] ?? 0
        lines.push(`${this.#name}_bucket{${label},le="${bound}"} ${below}\n`)
      })
      lines.push(`${this.#name}_bucket{${label},le="+Inf"} ${series.count}\n`)
      lines.push(`${this.#name}_sum{${label}} ${series.sum}\n${this.#name}_count{${label}} ${series.count}\n`)
    }
    return headLines(this.#name, this.#help, 'histogram') + lines.join('')
  }
}
