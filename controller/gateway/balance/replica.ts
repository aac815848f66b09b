import { hash } from 'node:crypto'
import type { Dispatcher } from 'undici'
import type { EngineLoad } from '../../../shared/fleet/engine-load.ts'
import type { Endpoint } from '../../../shared/fleet/membership.ts'
import type { SilenceWatch } from '../silence/watch.ts'
import { type Health, healthy } from './health.ts'
import { grown, type SlowStart } from './slow-start.ts'
import { correctionOf, noCorrection } from './told-load.ts'

/** A replica as this gateway sees it: the endpoint of the newest snapshot, and what only this gateway knows. */
export class Replica {
  readonly id: string
  endpoint: Endpoint
  health: Health = healthy
  /** Requests assigned to it and not ended. Changed by leases alone. */
  outstanding = 0
  /** The most of them since the engine's figures before last came. */
  #peak = 0
  #peakBefore = 0
  #told = noCorrection
  readonly hash: number
  readonly #slowStart: SlowStart | undefined
  /** Grows with each piece of an answer and each connection that it took: signs of life. */
  signs = 0
  readonly connections = { made: 0, failed: 0 }
  /** Looks whether it is there while it owes answers. */
  watch: SilenceWatch | undefined
  readonly #connect: (origin: string) => Dispatcher
  #upstream: Dispatcher

  /** @param slowStart for one that joined while others served */
  constructor(endpoint: Endpoint, connect: (origin: string) => Dispatcher, slowStart?: SlowStart) {
    this.hash = hash('sha1', endpoint.replicaId, 'buffer').readInt32LE(0)
    this.#slowStart = slowStart
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
    return this.#connect(this.endpoint.origin)
      .on('connect', () => {
        this.signs++
        this.connections.made++
      })
      .on('connectionError', () => {
        this.connections.failed++
      })
  }

  /** Its own requests and what else its engine was seen to have lately. */
  load(nowMs: number): number {
    return nowMs < this.#told.untilMs ? this.outstanding + this.#told.extra : this.outstanding
  }

  weight(nowMs: number): number {
    const full = nowMs < this.#told.untilMs ? this.endpoint.weight * this.#told.room : this.endpoint.weight
    return this.#slowStart ? full * grown(this.#slowStart, nowMs) : full
  }

  /** Its engine's figures came. */
  told(load: EngineLoad, nowMs: number): void {
    this.#told = correctionOf(load, Math.max(this.outstanding, this.#peak, this.#peakBefore), nowMs)
    this.#peakBefore = this.#peak
    this.#peak = this.outstanding
  }

  /** Counts one more. Only leases do. */
  begin(): void {
    if (this.outstanding++ === 0) this.watch?.begin()
    if (this.outstanding > this.#peak) this.#peak = this.outstanding
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
    replica.begin()
  }

  /** The first call counts; all later ones do nothing. */
  release(): void {
    if (!this.#held) return
    this.#held = false
    this.replica.outstanding--
    this.#onRelease(this.replica)
  }
}
