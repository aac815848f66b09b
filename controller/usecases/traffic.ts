import type { Clock } from '../../shared/clock/clock.ts'
import type { TrafficReport } from '../../shared/fleet/traffic.ts'
import { growth, type Row, rowLength, rowOf, type TrafficWindow, windowOf } from '../domain/traffic.ts'
import { slotMs, TrafficRing } from './traffic-ring.ts'

export interface TrafficQuery {
  readonly deployment: string
  /** All of them unless given. */
  readonly revision?: number | undefined
  /** Up to 15 minutes. */
  readonly spanMs: number
}

export interface TrafficFiguresOptions {
  readonly clock: Clock
  /** What no deployment is known by is not counted. */
  readonly isKnown: (deployment: string) => boolean
  /** Requests in line at all gateways. */
  readonly waiting: (deployment: string) => number
  /** Tokens generated a second by its replicas; undefined where no engine says. */
  readonly tokensPerSecond: (deployment: string, revision: number | undefined) => number | undefined
}

interface Baseline {
  readonly startedUnixMs: number
  readonly row: Row
  readonly inFlight: number
}

interface Source {
  /** By deployment and revision. */
  readonly known: Map<string, Map<number, Baseline>>
  connected: boolean
  heardMs: number
}

interface Deployment {
  readonly rings: Map<number, TrafficRing>
  /** Since the controller started. */
  readonly totals: Float64Array
}

export interface TrafficSource {
  take(report: TrafficReport): void
  closed(): void
}

/** More revisions than this serve at no time; the one that has been idle longest makes room. */
const mostRevisions = 8
/** Counts of a gateway that was away for longer belong to no window any more. */
const forgottenAfterMs = 15 * 60_000

/** The first report of a session holds all that there is: requests in flight that it does not know of ended with the gateway that had them. */
const endUntold = ({ known }: Source, { entries }: TrafficReport): void => {
  for (const [deployment, revisions] of known)
    for (const [revision, baseline] of revisions)
      if (!entries.some((entry) => entry.deployment === deployment && entry.revision === revision))
        revisions.set(revision, { ...baseline, inFlight: 0 })
}

/**
 * The traffic of the last 15 minutes by deployment and revision, added up over all gateways; in memory alone. What a gateway counted before
 * this controller first heard of it is in no window: nobody can say when it was.
 */
export class TrafficFigures {
  readonly #options: TrafficFiguresOptions
  readonly #sources = new Map<string, Source>()
  readonly #deployments = new Map<string, Deployment>()
  #firstHeardMs: number | undefined

  constructor(options: TrafficFiguresOptions) {
    this.#options = options
  }

  /** A session with a gateway. A new one takes the place of the one before. */
  connect(gatewayId: string): TrafficSource {
    const nowMs = this.#nowMs()
    for (const [id, source] of this.#sources) if (!source.connected && nowMs - source.heardMs > forgottenAfterMs) this.#sources.delete(id)
    const before = this.#sources.get(gatewayId)
    if (before) before.connected = false
    let source: Source | undefined = before && { known: before.known, connected: true, heardMs: nowMs }
    if (source) this.#sources.set(gatewayId, source)
    this.#firstHeardMs ??= nowMs
    let told = false
    return {
      take: (report) => {
        if (source && this.#sources.get(gatewayId) !== source) return
        const first = source === undefined
        source ??= { known: new Map(), connected: true, heardMs: nowMs }
        this.#sources.set(gatewayId, source)
        source.heardMs = this.#nowMs()
        if (!told) endUntold(source, report)
        told = true
        this.#take(source, report, first)
      },
      closed: () => {
        if (source) source.connected = false
      },
    }
  }

  window({ deployment, revision, spanMs }: TrafficQuery): TrafficWindow {
    const nowMs = this.#nowMs()
    const sum = new Float64Array(rowLength)
    const rings = this.#deployments.get(deployment)?.rings ?? new Map<number, TrafficRing>()
    for (const [number, ring] of rings) if (revision === undefined || number === revision) ring.addTo(sum, nowMs - spanMs, nowMs)
    const fromMs = Math.max(Math.floor((nowMs - spanMs) / slotMs) * slotMs, this.#firstHeardMs ?? nowMs)
    return windowOf(sum, {
      waiting: this.#options.waiting(deployment),
      inFlight: this.#inFlight(deployment, revision),
      tokensPerSecond: this.#options.tokensPerSecond(deployment, revision),
      spanMs: nowMs - fromMs,
    })
  }

  /** Counts since the controller started, by deployment. */
  totals(): ReadonlyMap<string, Row> {
    return new Map([...this.#deployments].map(([name, { totals }]) => [name, totals]))
  }

  /** The deployment is gone. */
  forgetDeployment(name: string): void {
    this.#deployments.delete(name)
    for (const { known } of this.#sources.values()) known.delete(name)
  }

  #nowMs(): number {
    return this.#options.clock.monotonicMs()
  }

  #take({ known }: Source, report: TrafficReport, first: boolean): void {
    for (const entry of report.entries) {
      const { deployment, revision, startedUnixMs, inFlight } = entry
      if (!this.#options.isKnown(deployment)) continue
      const revisions = known.get(deployment) ?? new Map<number, Baseline>()
      known.set(deployment, revisions)
      const before = revisions.get(revision)
      const row = rowOf(entry, report)
      revisions.set(revision, { startedUnixMs, row, inFlight })
      if (!first) this.#count(deployment, revision, growth(row, before?.startedUnixMs === startedUnixMs ? before.row : undefined))
    }
  }

  #count(name: string, revision: number, row: Row): void {
    const nowMs = this.#nowMs()
    const deployment = this.#deployments.get(name) ?? { rings: new Map<number, TrafficRing>(), totals: new Float64Array(rowLength) }
    this.#deployments.set(name, deployment)
    for (let place = 0; place < rowLength; place++) deployment.totals[place] = (deployment.totals[place] ?? 0) + (row[place] ?? 0)
    const { rings } = deployment
    for (const [number, ring] of rings) if (ring.isIdle(nowMs)) rings.delete(number)
    // Taken out and put back, so that the first of them is the one that has been idle longest.
    const ring = rings.get(revision) ?? new TrafficRing(nowMs)
    rings.delete(revision)
    rings.set(revision, ring)
    ring.add(row, nowMs)
    const [idlest] = rings.keys()
    if (rings.size > mostRevisions && idlest !== undefined) rings.delete(idlest)
  }

  #inFlight(deployment: string, revision: number | undefined): number {
    let sum = 0
    for (const { connected, known } of this.#sources.values()) {
      if (!connected) continue
      for (const [number, { inFlight }] of known.get(deployment) ?? []) if (revision === undefined || number === revision) sum += inFlight
    }
    return sum
  }
}
