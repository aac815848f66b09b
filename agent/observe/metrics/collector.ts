import type { SetSeries } from '../../../shared/metrics/series-table.ts'

/** Writes what was gathered, at once. */
export type Fill = (set: SetSeries) => void

/** Looks at one part of the host. A failure takes its series away until it works again. */
export interface Collector {
  readonly name: string
  /** Between the starts of two looks; the sampler's own interval is the least. */
  readonly everyMs: number
  /** Waits for nothing without a deadline. May reject. */
  collect(signal: AbortSignal): Fill | Promise<Fill>
}
