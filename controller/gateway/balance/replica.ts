import type { Dispatcher } from 'undici'
import type { Endpoint } from '../../../shared/fleet/membership.ts'
import type { SilenceWatch } from '../silence/watch.ts'
import { type Health, healthy } from './health.ts'

/** A replica as this gateway sees it: the endpoint of the newest snapshot, and what only this gateway knows. */
export class Replica {
  readonly id: string
  endpoint: Endpoint
  health: Health = healthy
  /** Requests assigned to it and not ended. Changed by leases alone. */
  outstanding = 0
  /** Grows with each piece of an answer and each connection that it took: signs of life. */
  signs = 0
  /** Looks whether it is there while it owes answers. */
  watch: SilenceWatch | undefined
  readonly #connect: (origin: string) => Dispatcher
  #upstream: Dispatcher

  constructor(endpoint: Endpoint, connect: (origin: string) => Dispatcher) {
    this.id = endpoint.replicaId
    this.endpoint = endpoint
    this.#connect = connect
    this.#upstream = this.#open()
  }

  get upstream(): Dispatcher {
    return this.#upstream
  }

  /** Gives up all connections to it, with the requests on them, which fail with the reason. The next request makes a new one. */
  reconnect(reason: Error): void {
    const former = this.#upstream
    this.#upstream = this.#open()
    former.destroy(reason).catch(() => {})
  }

  /** Breaks every connection to it, for good. */
  async destroy(): Promise<void> {
    this.watch?.end()
    await this.#upstream.destroy()
  }

  #open(): Dispatcher {
    return this.#connect(this.endpoint.origin).on('connect', () => {
      this.signs++
    })
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
    if (replica.outstanding++ === 0) replica.watch?.begin()
  }

  /** The first call counts; all later ones do nothing. */
  release(): void {
    if (!this.#held) return
    this.#held = false
    this.replica.outstanding--
    this.#onRelease(this.replica)
  }
}
