import type { Series } from './series-table.ts'

/** The newest round of a host's figures. `series` is the same array until the version grows. */
export interface MetricsRound {
  readonly atUnixMs: number
  readonly version: number
  readonly series: readonly Series[]
}
