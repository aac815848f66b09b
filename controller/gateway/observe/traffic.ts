import type { Snapshot } from '../../../shared/fleet/membership.ts'
import {
  bucketOf,
  durationBoundsMs,
  type Ending,
  endings,
  firstByteBoundsMs,
  type TrafficEntry,
  type TrafficReport,
} from '../../../shared/fleet/traffic.ts'

const places = Object.fromEntries(endings.map((ending, place) => [ending, place])) as Readonly<Record<Ending, number>>

/** The counters of one deployment and revision. Counting allocates nothing. */
export class TrafficSeries {
  readonly deployment: string
  readonly revision: number
  readonly startedUnixMs: number
  readonly #ended = new Float64Array(endings.length)
  readonly #firstByte = new Float64Array(firstByteBoundsMs.length + 1)
  readonly #duration = new Float64Array(durationBoundsMs.length + 1)
  #retried = 0
  #inFlight = 0
  /** Grows with every change. */
  version = 0
  /** Whether the membership has replicas of it. */
  member = true

  constructor(deployment: string, revision: number, startedUnixMs: number) {
    this.deployment = deployment
    this.revision = revision
    this.startedUnixMs = startedUnixMs
  }

  get inFlight(): number {
    return this.#inFlight
  }

  /** A request is on its way to a replica. */
  begin(): void {
    this.#inFlight++
    this.version++
  }

  /** That attempt is over, however it went. */
  leave(): void {
    this.#inFlight--
    this.version++
  }

  /** It failed here and goes on elsewhere. */
  retry(): void {
    this.#retried++
    this.version++
  }

  firstByte(ms: number): void {
    const place = bucketOf(firstByteBoundsMs, ms)
    this.#firstByte[place] = (this.#firstByte[place] ?? 0) + 1
    this.version++
  }

  /** A request is over; it counts here as the last revision that it was sent to. */
  end(ending: Ending, durationMs: number): void {
    const place = places[ending]
    this.#ended[place] = (this.#ended[place] ?? 0) + 1
    if (ending === 'ok') {
      const bucket = bucketOf(durationBoundsMs, durationMs)
      this.#duration[bucket] = (this.#duration[bucket] ?? 0) + 1
    }
    this.version++
  }

  entry(): TrafficEntry {
    return {
      deployment: this.deployment,
      revision: this.revision,
      startedUnixMs: this.startedUnixMs,
      ended: Object.fromEntries(endings.map((ending, place) => [ending, this.#ended[place] ?? 0])) as Record<Ending, number>,
      retried: this.#retried,
      firstByteBuckets: [...this.#firstByte],
      durationBuckets: [...this.#duration],
      inFlight: this.#inFlight,
    }
  }
}

export const noTraffic: TrafficReport = { firstByteBoundsMs, durationBoundsMs, entries: [] }

/** What was told of each series, so that the next report holds only what has changed. One for each session with the controller. */
export type Told = Map<TrafficSeries, number>

/** The traffic of this gateway by deployment and revision, for the controller. Prometheus reads GatewayMetrics. */
export class TrafficCounters {
  readonly #nowUnixMs: () => number
  readonly #series = new Map<string, Map<number, TrafficSeries>>()

  constructor(nowUnixMs: () => number) {
    this.#nowUnixMs = nowUnixMs
  }

  /** @param revision 0: no replica has it */
  of(deployment: string, revision: number): TrafficSeries {
    let revisions = this.#series.get(deployment)
    if (!revisions) {
      revisions = new Map()
      this.#series.set(deployment, revisions)
    }
    let series = revisions.get(revision)
    if (!series) {
      series = new TrafficSeries(deployment, revision, this.#nowUnixMs())
      revisions.set(revision, series)
    }
    return series
  }

  /** What is not in the membership is forgotten once its last counts are told. Revision 0 is there as long as its deployment. */
  use({ routes }: Snapshot): void {
    const members = new Map(routes.map(({ deployment, endpoints }) => [deployment, new Set(endpoints.map(({ revision }) => revision))]))
    for (const series of this.#all()) {
      const revisions = members.get(series.deployment)
      series.member = revisions !== undefined && (series.revision === 0 || revisions.has(series.revision))
    }
  }

  /** What has changed since `told`, which then holds what is told here; undefined when nothing has. */
  report(told: Told): TrafficReport | undefined {
    const entries: TrafficEntry[] = []
    for (const series of this.#all()) {
      if (told.get(series) === series.version) {
        if (!series.member && series.inFlight === 0) this.#forget(series, told)
        continue
      }
      told.set(series, series.version)
      entries.push(series.entry())
    }
    return entries.length === 0 ? undefined : { firstByteBoundsMs, durationBoundsMs, entries }
  }

  *#all(): Generator<TrafficSeries> {
    for (const revisions of this.#series.values()) yield* revisions.values()
  }

  #forget(series: TrafficSeries, told: Told): void {
    told.delete(series)
    const revisions = this.#series.get(series.deployment)
    revisions?.delete(series.revision)
    if (revisions?.size === 0) this.#series.delete(series.deployment)
  }
}
