import type { Dispatcher } from 'undici'
import type { Endpoint } from '../../../shared/fleet/membership.ts'
import { type Health, healthy } from './health.ts'

/** A replica as this gateway sees it: the endpoint of the newest snapshot, and what only this gateway knows. */
export class Replica {
  readonly id: string
  readonly upstream: Dispatcher
  endpoint: Endpoint
  health: Health = healthy
  /** Requests assigned to it and not ended. Changed by leases alone. */
  outstanding = 0

  constructor(endpoint: Endpoint, upstream: Dispatcher) {
    this.id = endpoint.replicaId
    this.endpoint = endpoint
    this.upstream = upstream
  }

  get draining(): boolean {
    return this.endpoint.draining
  }

  get maxConcurrent(): number {
    return this.endpoint.maxConcurrent
  }
}

/** One request's place at a replica, counted from the moment of assignment and uncounted exactly once, however the request ends. */
export class Lease {
  readonly replica: Replica
  readonly #onRelease: (replica: Replica) => void
  #held = true

  constructor(replica: Replica, onRelease: (replica: Replica) => void) {
    this.replica = replica
    this.#onRelease = onRelease
    replica.outstanding++
  }

  /** The first call counts; all later ones do nothing. */
  release(): void {
    if (!this.#held) return
    this.#held = false
    this.replica.outstanding--
    this.#onRelease(this.replica)
  }
}
