import type { ReplicaStatus } from '../../shared/fleet/replica.ts'

export interface StatusDelta {
  readonly version: number
  readonly baseVersion: number
  readonly full: boolean
  readonly changed: readonly ReplicaStatus[]
  readonly removed: readonly string[]
}

const same = (a: ReplicaStatus | undefined, b: ReplicaStatus): boolean =>
  a === b || (a !== undefined && JSON.stringify(a) === JSON.stringify(b))

/**
 * What to report next: the difference to what the controller last acknowledged, one report in flight at a time.
 * A new stream, a request for it, or `fullEveryMs` makes it a full one.
 */
export class StatusDeltas {
  readonly #fullEveryMs: number
  #acked: ReadonlyMap<string, ReplicaStatus> = new Map()
  #ackedVersion = 0
  #nextVersion = 1
  #inFlight: { readonly version: number; readonly statuses: ReadonlyMap<string, ReplicaStatus> } | undefined
  #fullDue = true
  #lastFullMs = 0

  constructor(fullEveryMs: number) {
    this.#fullEveryMs = fullEveryMs
  }

  /** The stream is new: what was in flight is lost, and the controller may know nothing. */
  restart(): void {
    this.#inFlight = undefined
    this.#fullDue = true
  }

  /** The next report, or undefined when there is nothing to say or one is on its way. */
  next(statuses: ReadonlyMap<string, ReplicaStatus>, nowMs: number): StatusDelta | undefined {
    if (this.#inFlight) return undefined
    const full = this.#fullDue || nowMs - this.#lastFullMs > this.#fullEveryMs
    const changed = [...statuses.values()].filter((status) => full || !same(this.#acked.get(status.id), status))
    const removed = full ? [] : [...this.#acked.keys()].filter((id) => !statuses.has(id))
    if (!full && changed.length === 0 && removed.length === 0) return undefined
    const version = this.#nextVersion++
    this.#inFlight = { version, statuses: new Map(statuses) }
    this.#fullDue = false
    if (full) this.#lastFullMs = nowMs
    return { version, baseVersion: this.#ackedVersion, full, changed, removed }
  }

  acknowledged(version: number, resync: boolean): void {
    if (this.#inFlight?.version !== version) return
    if (resync) this.#fullDue = true
    else {
      this.#acked = this.#inFlight.statuses
      this.#ackedVersion = version
    }
    this.#inFlight = undefined
  }
}
