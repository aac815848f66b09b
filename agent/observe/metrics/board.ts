import { type Series, SeriesTable } from '../../../shared/metrics/series-table.ts'
import type { Fill } from './collector.ts'

/** The figures of all collectors. */
export class MetricsBoard {
  readonly #tables = new Map<string, SeriesTable>()
  #all: { readonly version: number; readonly series: readonly Series[] } = { version: -1, series: [] }

  /** Takes in what a collector gathered, in place of what it gathered before. */
  take(collector: string, fill: Fill): void {
    const table = this.#tables.get(collector) ?? new SeriesTable()
    this.#tables.set(collector, table)
    table.fill(fill)
  }

  /** Grows when series come or go. */
  get version(): number {
    let version = 0
    for (const table of this.#tables.values()) version += table.version
    return version
  }

  /** All series; the same array until the version grows. */
  series(): readonly Series[] {
    const { version } = this
    if (this.#all.version !== version) this.#all = { version, series: [...this.#tables.values()].flatMap((table) => table.series()) }
    return this.#all.series
  }
}
