import type { MetricFrame } from '../../shared/metrics/frame.ts'
import type { MetricsRound } from '../../shared/metrics/round.ts'
import type { Series } from '../../shared/metrics/series-table.ts'

/** Buckets and single NVLinks stay on the host: they are most of its series, and Prometheus reads them there. */
const travels = ({ name }: Series): boolean => !name.endsWith('_bucket') && !name.startsWith('hostler_gpu_nvlink_')

/** Frames for one session: names and labels travel once and again when they change, then figures alone. */
export class MetricFrames {
  #sentUnixMs: number | undefined
  #version: number | undefined
  #dictionary = 0
  #travelling: readonly Series[] = []

  /** The frame of a round; undefined when it was sent before. */
  next(round: MetricsRound | undefined): MetricFrame | undefined {
    if (!round || round.atUnixMs === this.#sentUnixMs) return undefined
    this.#sentUnixMs = round.atUnixMs
    const changed = round.version !== this.#version
    if (changed) {
      this.#version = round.version
      this.#dictionary += 1
      this.#travelling = round.series.filter(travels)
    }
    return {
      atUnixMs: round.atUnixMs,
      dictionary: this.#dictionary,
      series: changed ? this.#travelling : [],
      values: this.#travelling.map(({ value }) => value),
    }
  }
}
