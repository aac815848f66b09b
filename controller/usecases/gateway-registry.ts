import type { Clock } from '../../shared/clock/clock.ts'
import type { Snapshot } from '../../shared/fleet/membership.ts'
import type { GatewayView } from '../domain/model.ts'

/** What the controller can say to one connected gateway. */
export interface GatewayPort {
  sendSnapshot(snapshot: Snapshot): void
  close(reason: string): void
}

export interface GatewayReport {
  readonly snapshotVersion: number
  readonly outstanding: ReadonlyMap<string, number>
  readonly waiting: ReadonlyMap<string, number>
  readonly suspects: readonly string[]
}

interface Sighting {
  readonly id: string
  readonly address: string
  port: GatewayPort | undefined
  lostMs: number
  report: GatewayReport
}

export interface GatewayRegistryOptions {
  readonly clock: Clock
  /** How long a gateway that is out of touch still counts: it serves what it last knew. */
  readonly leaseMs: number
  readonly onChange: () => void
}

export interface GatewayStatus extends GatewayView {
  readonly address: string
  readonly waiting: ReadonlyMap<string, number>
}

const nothingYet: GatewayReport = { snapshotVersion: 0, outstanding: new Map(), waiting: new Map(), suspects: [] }

/** Stands for gateways that a restarted controller has not heard of yet, so that it ends no drain on their behalf. */
const unheard: GatewayStatus = { id: '', address: '', connected: true, ackedVersion: 0, outstanding: new Map(), waiting: new Map() }

/** Every gateway that connected since the controller started, and the handshake of drains with them. */
export class GatewayRegistry {
  readonly #sightings = new Map<string, Sighting>()
  readonly #options: GatewayRegistryOptions
  readonly #startedMs: number

  constructor(options: GatewayRegistryOptions) {
    this.#options = options
    this.#startedMs = options.clock.monotonicMs()
  }

  connect(id: string, address: string, port: GatewayPort): { report(report: GatewayReport): void; closed(): void } {
    this.#sightings.get(id)?.port?.close('another session of this gateway began')
    const sighting: Sighting = { id, address, port, lostMs: 0, report: nothingYet }
    this.#sightings.set(id, sighting)
    this.#options.onChange()
    return {
      report: (report) => {
        sighting.report = report
        this.#options.onChange()
      },
      closed: () => {
        if (sighting.port !== port) return
        sighting.port = undefined
        sighting.lostMs = this.#options.clock.monotonicMs()
        this.#options.onChange()
      },
    }
  }

  publish(snapshot: Snapshot): void {
    for (const { port } of this.#sightings.values()) port?.sendSnapshot(snapshot)
  }

  /** Known gateways; connected includes those out of touch for less than a lease. */
  known(): readonly GatewayStatus[] {
    const nowMs = this.#options.clock.monotonicMs()
    return [...this.#sightings.values()].map(({ id, address, port, lostMs, report }) => ({
      id,
      address,
      connected: port !== undefined || nowMs - lostMs < this.#options.leaseMs,
      ackedVersion: report.snapshotVersion,
      outstanding: report.outstanding,
      waiting: report.waiting,
    }))
  }

  /** For the planners: the known ones, and for one lease after a start the ones that may still be about to connect. */
  views(): readonly GatewayStatus[] {
    const settling = this.#options.clock.monotonicMs() - this.#startedMs < this.#options.leaseMs
    return settling ? [...this.known(), unheard] : this.known()
  }

  /** Requests of a deployment in line at all gateways. */
  waiting(deployment: string): number {
    return this.known().reduce((sum, { connected, waiting }) => sum + (connected ? (waiting.get(deployment) ?? 0) : 0), 0)
  }

  /** The newest membership version that any gateway has applied. */
  newestVersion(): number {
    return Math.max(0, ...[...this.#sightings.values()].map(({ report }) => report.snapshotVersion))
  }

  drop(id: string): void {
    this.#sightings.get(id)?.port?.close('its identity was revoked')
    this.#sightings.delete(id)
  }
}
