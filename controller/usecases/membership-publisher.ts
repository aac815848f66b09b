import type { ApiKeyRecord, Route, Snapshot } from '../../shared/fleet/membership.ts'
import { routesOf } from '../domain/membership.ts'
import type { FleetState } from '../domain/model.ts'
import type { KeyRecord, StoreChange } from '../store/store.ts'
import type { Facts } from './facts.ts'
import type { GatewayRegistry } from './gateway-registry.ts'

const keyForGateways = (key: KeyRecord): ApiKeyRecord => ({
  id: key.id,
  sha256Hex: key.sha256Hex,
  tenant: key.tenant,
  models: key.models,
  expiresUnixMs: key.expiresUnixMs,
  tokensPerMinute: key.tokensPerMinute ?? 0,
  priority: key.priority ?? 0,
  ...(key.requestsPerSecond > 0 ? { rateLimit: { requestsPerSecond: key.requestsPerSecond, burst: key.burst } } : {}),
})

/**
 * Makes a new snapshot whenever what gateways should serve has changed. Versions grow across restarts because they start from the wall clock,
 * and above every version seen in a drain or at a gateway, should that clock have gone back.
 */
export class MembershipPublisher {
  readonly #gateways: GatewayRegistry
  #content = ''
  #snapshot: Snapshot | undefined
  #published = 0

  constructor(gateways: GatewayRegistry) {
    this.#gateways = gateways
  }

  /** What gateways that connect now are to serve; undefined before the first pass. */
  get snapshot(): Snapshot | undefined {
    return this.#snapshot
  }

  /** The drain marks to store with the new snapshot, if there is one. Call `publish` once they are. */
  prepare(facts: Facts, state: FleetState, nowUnixMs: number): readonly StoreChange[] {
    const routes: readonly Route[] = routesOf(state)
    const keys = [...facts.keys.values()].map(keyForGateways)
    const content = JSON.stringify([routes, keys])
    if (content !== this.#content || this.#gateways.newestVersion() > (this.#snapshot?.version ?? 0)) {
      this.#content = content
      this.#snapshot = { version: this.#nextVersion(facts, nowUnixMs), routes, keys }
    }
    const { version } = this.#snapshot ?? { version: 0 }
    return [...facts.assignments.values()]
      .filter(({ stage, drainVersion }) => stage === 'draining' && drainVersion === 0)
      .map((assignment) => ({ kind: 'putAssignment', assignment: { ...assignment, drainVersion: version } }))
  }

  #nextVersion(facts: Facts, nowUnixMs: number): number {
    const drains = [...facts.assignments.values()].map(({ drainVersion }) => drainVersion)
    return Math.max(nowUnixMs, this.#snapshot?.version ?? 0, this.#gateways.newestVersion(), ...drains) + 1
  }

  publish(): void {
    if (!this.#snapshot || this.#snapshot.version === this.#published) return
    this.#published = this.#snapshot.version
    this.#gateways.publish(this.#snapshot)
  }

  /** After a write failed: makes the snapshot anew. */
  reset(): void {
    this.#content = ''
  }
}
