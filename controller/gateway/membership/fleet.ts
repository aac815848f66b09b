import type { Dispatcher } from 'undici'
import type { Clock } from '../../../shared/clock/clock.ts'
import type { EngineLoad } from '../../../shared/fleet/engine-load.ts'
import type { Endpoint, Snapshot } from '../../../shared/fleet/membership.ts'
import type { EjectionPolicy } from '../balance/health.ts'
import { Replica } from '../balance/replica.ts'
import { Assigner, type AssignerEvents } from '../queue/assigner.ts'
import { believedMs, type SilencePolicy, type Verdict } from '../silence/plan.ts'
import { SilenceWatch } from '../silence/watch.ts'
import { emptyTable, type RoutingTable, routingTable } from './routing-table.ts'

export interface FleetOptions {
  readonly policy: EjectionPolicy
  readonly silence: SilencePolicy
  /** For replicas that join while others serve; 0: none. */
  readonly slowStartMs: number
  readonly clock: Clock
  readonly connect: (origin: string) => Dispatcher
  /** A replica was ejected or came back, one that drains has nothing left to do, or a request waits for a deployment that has no replica. */
  readonly onChange: () => void
  readonly onEjection: (replica: Replica) => void
  /** @param code how the last connection to it failed; '' when it did not */
  readonly onSilence: (replica: Replica, verdict: Verdict, code: string) => void
}

/** What requests fail with that are taken back. */
class Silent extends Error {
  constructor(code: string, { probeTimeoutMs }: SilencePolicy) {
    super(
      `it fell silent, and its host took no connection (${code === 'ETIMEDOUT' ? `within ${probeTimeoutMs} ms` : code}), twice in a row`,
    )
  }
}

/** What lives longer than a snapshot: replicas with their counts and connections, and one assigner per deployment. */
export class Fleet {
  readonly #options: FleetOptions
  readonly #assigners = new Map<string, Assigner>()
  #table: RoutingTable = emptyTable
  #replicas = new Map<string, Replica>()
  /** Out of the membership, with requests that still run. */
  readonly #leaving = new Set<Replica>()

  constructor(options: FleetOptions) {
    this.#options = options
  }

  get table(): RoutingTable {
    return this.#table
  }

  assigner(deployment: string): Assigner | undefined {
    return this.#assigners.get(deployment)
  }

  /** Swaps the membership in one step: when this returns, no request can be assigned to what drains or is gone in `snapshot`. */
  apply(snapshot: Snapshot): void {
    const before = this.#replicas
    const table = routingTable(snapshot)
    // All that can fail comes first.
    const members = snapshot.routes.map((route) => ({ route, replicas: route.endpoints.map((endpoint) => this.#replicaOf(endpoint)) }))
    this.#table = table
    this.#replicas = new Map(members.flatMap(({ replicas }) => replicas.map(({ replica }) => [replica.id, replica] as const)))
    for (const { replicas } of members) for (const { replica, endpoint } of replicas) replica.endpoint = endpoint
    for (const [id, replica] of before) if (this.#replicas.get(id) !== replica) this.#retire(replica)
    const { policy, clock } = this.#options
    for (const { route, replicas } of members) {
      const known = this.#assigners.get(route.deployment)
      const assigner = known ?? new Assigner(route, policy, clock, this.#events)
      this.#assigners.set(route.deployment, assigner)
      assigner.update(
        route,
        replicas.map(({ replica }) => replica),
      )
    }
    const deployments = new Set(snapshot.routes.map((route) => route.deployment))
    for (const [deployment, assigner] of this.#assigners) {
      if (deployments.has(deployment)) continue
      this.#assigners.delete(deployment)
      assigner.close()
    }
  }

  /** Figures of engines; those of replicas that are not known here mean nothing. */
  takeLoads(loads: readonly EngineLoad[]): void {
    const nowMs = this.#options.clock.monotonicMs()
    for (const load of loads) this.#replicas.get(load.replicaId)?.told(load, nowMs)
  }

  /** Requests in flight per replica id, of all replicas that are members or have any. */
  outstanding(): Map<string, number> {
    const counts = new Map([...this.#replicas.values()].map((replica) => [replica.id, replica.outstanding]))
    for (const replica of this.#leaving) counts.set(replica.id, (counts.get(replica.id) ?? 0) + replica.outstanding)
    return counts
  }

  /** Connections to each replica that is a member, since it became one. */
  connections(which: 'made' | 'failed'): Map<string, number> {
    return new Map([...this.#replicas.values()].map((replica) => [replica.id, replica.connections[which]]))
  }

  /** Replicas that rest because requests to them failed. */
  suspects(): string[] {
    return [...this.#replicas.values()].filter((replica) => replica.health.ejected !== 'no').map((replica) => replica.id)
  }

  /** Requests in line per deployment. */
  waiting(): Map<string, number> {
    return new Map([...this.#assigners].map(([deployment, assigner]) => [deployment, assigner.waiting]))
  }

  get anyDraining(): boolean {
    return [...this.#replicas.values()].some((replica) => replica.draining)
  }

  /** Breaks every connection to every replica. */
  async destroy(): Promise<void> {
    for (const assigner of this.#assigners.values()) assigner.close()
    await Promise.all([...this.#replicas.values(), ...this.#leaving].map((replica) => replica.destroy()))
  }

  /** The replica of this endpoint: the one that is known, if it is still at the same place. */
  #replicaOf(endpoint: Endpoint): { readonly replica: Replica; readonly endpoint: Endpoint } {
    const known = this.#replicas.get(endpoint.replicaId)
    const replica = known?.endpoint.origin === endpoint.origin ? known : this.#newReplica(endpoint)
    return { replica, endpoint }
  }

  #newReplica(endpoint: Endpoint): Replica {
    const { connect, silence, clock, slowStartMs } = this.#options
    // A gateway that has just started knows nothing of who was there before.
    const isNew = this.#table.version > 0 && slowStartMs > 0
    const replica = new Replica(endpoint, connect, isNew ? { sinceMs: clock.monotonicMs(), forMs: slowStartMs } : undefined)
    replica.watch = new SilenceWatch(silence, {
      origin: endpoint.origin,
      see: () => ({
        signs: replica.signs,
        outstanding: replica.outstanding,
        member: !this.#leaving.has(replica),
        draining: replica.draining,
        nowMs: clock.monotonicMs(),
      }),
      judge: (verdict, code) => this.#judge(replica, verdict, code),
    })
    return replica
  }

  #judge(replica: Replica, verdict: Verdict, code: string): void {
    const { silence, onSilence } = this.#options
    const assigner = [...this.#assigners.values()].find((one) => one.has(replica))
    onSilence(replica, verdict, code)
    if (verdict === 'return') assigner?.returned(replica)
    else assigner?.silent(replica, believedMs(silence))
    if (verdict === 'take back' && replica.outstanding > 0) replica.reconnect(new Silent(code, silence))
  }

  #retire(replica: Replica): void {
    replica.endpoint = { ...replica.endpoint, draining: true }
    this.#leaving.add(replica)
    this.#closeIfIdle(replica)
  }

  #closeIfIdle(replica: Replica): void {
    if (replica.outstanding > 0 || !this.#leaving.delete(replica)) return
    // Destroyed rather than closed: nothing runs there, and a connection that never comes about would keep it open.
    replica.destroy().catch(() => {})
  }

  readonly #events: AssignerEvents = {
    released: (replica) => this.#released(replica),
    healthChanged: (replica) => this.#healthChanged(replica),
    // Whoever sleeps is woken by it, and every tick that it takes to be heard is waited for by a client.
    unserved: () => this.#options.onChange(),
  }

  #released(replica: Replica): void {
    if (!replica.draining || replica.outstanding > 0) return
    this.#closeIfIdle(replica)
    this.#options.onChange()
  }

  #healthChanged(replica: Replica): void {
    if (replica.health.ejected !== 'no') this.#options.onEjection(replica)
    this.#options.onChange()
  }
}
