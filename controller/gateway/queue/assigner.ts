import type { Clock } from '../../../shared/clock/clock.ts'
import type { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { RevisionShare, Route } from '../../../shared/fleet/membership.ts'
import { choose, isAlive } from '../balance/choose.ts'
import {
  afterConnect,
  afterFailure,
  afterProbe,
  afterReturn,
  afterSilence,
  type EjectionPolicy,
  type FailureKind,
  type Health,
  healthy,
  isOut,
} from '../balance/health.ts'
import { Lease, type Replica } from '../balance/replica.ts'
import { isDue, owedAfter } from '../balance/share.ts'
import { afterEnding, type DrainRate, noDrainRate, retryAfterSeconds } from './drain-rate.ts'
import { FairLine, type Standing } from './fair-line.ts'
import { lineFull, removed, waitedInVain } from './refusals.ts'
import type { Place } from './waiting-line.ts'

/** One request over all its attempts. */
export interface Claim {
  /** Order of arrival. */
  readonly ticket: number
  readonly tenant: string
  /** Greater comes first. */
  readonly priority: number
  /** Hash of what it has in common with others; 0: nothing that matters. */
  readonly affinity: number
  /** Of its body, held while it waits. */
  readonly bytes: number
  /** Replicas where it failed, and from when on it may go there again. Monotonic. */
  readonly tried: Map<string, number>
  waitedMs: number
}

interface Waiter {
  readonly claim: Claim
  readonly sinceMs: number
  readonly timer: NodeJS.Timeout
  readonly resolve: (lease: Lease | undefined) => void
  readonly reject: (error: HostlerError) => void
}

export interface AssignerEvents {
  readonly released: (replica: Replica) => void
  /** It was well and is not, or the other way round. */
  readonly healthChanged: (replica: Replica) => void
  /** A first request waits, and there is no replica that takes new ones. */
  readonly unserved: () => void
}

/**
 * Gives the requests of one deployment to its replicas: at once where one can take it, else in a bounded and fair line that binds late.
 * The line moves when a request ends, when membership or health changes, and when a rest is over.
 */
export class Assigner {
  readonly #clock: Clock
  readonly #policy: EjectionPolicy
  readonly #events: AssignerEvents
  readonly #line = new FairLine<Waiter>()
  readonly #places = new Map<Claim, Place<Standing<Waiter>>>()
  #route: Route
  #replicas: readonly Replica[] = []
  #cursor = 0
  /** Requests that the canary should have had and has not. */
  #owed = 0
  #rate: DrainRate = noDrainRate
  #wakeTimer: NodeJS.Timeout | undefined

  constructor(route: Route, policy: EjectionPolicy, clock: Clock, events: AssignerEvents) {
    this.#route = route
    this.#policy = policy
    this.#clock = clock
    this.#events = events
  }

  get waiting(): number {
    return this.#line.size
  }

  /** Whether requests of one conversation are kept together. */
  get byPrefix(): boolean {
    return this.#route.routing === 'prefix'
  }

  has(replica: Replica): boolean {
    return this.#replicas.includes(replica)
  }

  update(route: Route, replicas: readonly Replica[]): void {
    if (route.canary?.revision !== this.#route.canary?.revision || route.canary?.share !== this.#route.canary?.share) this.#owed = 0
    this.#route = route
    this.#replicas = replicas
    if (route.models.length === 0) this.#dismiss()
    this.pump()
  }

  /** A place at a replica now, or undefined when the request must wait. Nobody overtakes the line. */
  take(claim: Claim): Lease | undefined {
    return this.#line.size > 0 ? undefined : this.#assign(claim)
  }

  /**
   * Waits in line for a place. Undefined when the claim left meanwhile. A claim that was served before (a retry) is never turned away
   * at the door, and stands before all who were not; its waits count together.
   * @param cost estimated tokens, by which tenants share the places
   * @throws HostlerError QUEUE_FULL, QUEUE_TIMEOUT, NO_REPLICA, MODEL_UNKNOWN (the deployment went away)
   */
  wait(claim: Claim, cost = 1): Promise<Lease | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<Lease | undefined>()
    const leftMs = this.#route.holdMs - claim.waitedMs
    const returned = claim.tried.size > 0
    if (this.#route.models.length === 0) reject(removed(this.#route))
    else if (leftMs <= 0) reject(this.#expired())
    else if (!returned && !this.#makeRoom(claim)) reject(this.#full())
    else {
      const timer = setTimeout(() => this.#end(claim)?.reject(this.#expired()), leftMs)
      const { ticket, tenant, priority, bytes } = claim
      const value = { claim, sinceMs: this.#clock.monotonicMs(), timer, resolve, reject }
      this.#places.set(claim, this.#line.join({ ticket, tenant, priority, bytes, cost: Math.max(1, cost), returned, value }))
      this.pump()
      if (this.#line.size === 1 && this.#replicas.every((replica) => replica.draining)) this.#events.unserved()
    }
    return promise
  }

  /** Whether there is a place in line, given up by the one who has to give way if need be. */
  #makeRoom(claim: Claim): boolean {
    const { maxQueue, maxQueueBytes } = this.#route
    // One that is larger than all that may wait has the line to itself.
    if (maxQueueBytes > 0 && this.#line.bytes > 0 && this.#line.bytes + claim.bytes > maxQueueBytes) return false
    if (this.#line.size < maxQueue) return true
    const other = maxQueue > 0 ? this.#line.giveWay(claim) : undefined
    if (other) this.#end(other.value.value.claim)?.reject(this.#full())
    return other !== undefined
  }

  /** The client is gone: its place in line is free at once. */
  leave(claim: Claim): void {
    this.#end(claim)?.resolve(undefined)
  }

  /** The deployment is gone: nobody waits for it any longer. */
  close(): void {
    this.#replicas = []
    this.#dismiss()
    clearTimeout(this.#wakeTimer)
  }

  #dismiss(): void {
    for (const { value } of this.#line) this.#end(value.value.claim)?.reject(removed(this.#route))
  }

  /** Serves the line as far as it goes. */
  pump(): void {
    if (this.#line.size > 0) {
      // One that failed somewhere may have to wait for a certain replica, while others need not.
      for (const { value } of this.#line.returned) this.#serve(value)
      for (let next = this.#line.next(); next && this.#serve(next.value); next = this.#line.next());
    }
    this.#wakeLater()
  }

  #serve({ value: { claim } }: Standing<Waiter>): boolean {
    const lease = this.#assign(claim)
    if (lease) this.#end(claim, true)?.resolve(lease)
    return lease !== undefined
  }

  /** The replica failed a request. */
  failed(replica: Replica, kind: FailureKind): void {
    this.#setHealth(replica, afterFailure(replica.health, kind, this.#clock.monotonicMs(), this.#policy))
  }

  connected(replica: Replica): void {
    replica.health = afterConnect(replica.health)
  }

  /** Nobody answers at the replica's host. Believed for `forMs`. */
  silent(replica: Replica, forMs: number): void {
    this.#setHealth(replica, afterSilence(replica.health, this.#clock.monotonicMs() + forMs))
  }

  /** The replica's host answers again. */
  returned(replica: Replica): void {
    this.#setHealth(replica, afterReturn(replica.health, this.#clock.monotonicMs()))
    this.pump()
  }

  answered(replica: Replica): void {
    if (replica.health === healthy) return
    this.#setHealth(replica, healthy)
    this.pump()
  }

  #setHealth(replica: Replica, health: Health): void {
    const changed = (replica.health.ejected === 'no') !== (health.ejected === 'no')
    replica.health = health
    if (changed) this.#events.healthChanged(replica)
  }

  readonly #released = (replica: Replica): void => {
    this.#rate = afterEnding(this.#rate, this.#clock.monotonicMs(), this.#line.size > 0)
    this.#events.released(replica)
    this.pump()
  }

  #assign(claim: Claim): Lease | undefined {
    const nowMs = this.#clock.monotonicMs()
    const index = this.#choose(claim, nowMs)
    const replica = this.#replicas[index]
    if (!replica) return undefined
    this.#cursor = (index + 1) % this.#replicas.length
    if (replica.health.ejected !== 'no' && !isOut(replica.health, nowMs)) {
      this.#setHealth(replica, afterProbe(replica.health, nowMs, this.#policy))
    }
    return new Lease(replica, this.#released)
  }

  /** Replicas where the request has not failed come first; the others once their pause is over. */
  #choose(claim: Claim, nowMs: number): number {
    const pick = (eligible: (replica: Replica) => boolean) =>
      choose(this.#replicas, { cursor: this.#cursor, nowMs, maxShare: this.#policy.maxShare, affinity: claim.affinity }, (index) => {
        const replica = this.#replicas[index]
        return replica !== undefined && eligible(replica)
      })
    if (claim.tried.size === 0) return this.#route.canary ? this.#chooseByShare(this.#route.canary, pick, nowMs) : pick(() => true)
    const untried = pick((replica) => !claim.tried.has(replica.id))
    return untried === -1 ? pick((replica) => (claim.tried.get(replica.id) ?? 0) <= nowMs) : untried
  }

  /**
   * A request that is due to the canary goes elsewhere when the canary cannot take it; one that is not waits for the others, and goes to the
   * canary only when none of them is alive.
   */
  #chooseByShare({ revision, share }: RevisionShare, pick: (eligible: (replica: Replica) => boolean) => number, nowMs: number): number {
    const isCanary = (replica: Replica) => replica.endpoint.revision === revision
    const isOther = (replica: Replica) => !isCanary(replica)
    const othersLive = this.#replicas.some((replica) => isOther(replica) && isAlive(replica, nowMs))
    let index = -1
    if (!othersLive) index = pick(isCanary)
    else if (isDue(this.#owed, share)) index = pick((replica) => isCanary(replica) && !isOut(replica.health, nowMs))
    if (index === -1) index = pick(isOther)
    const replica = this.#replicas[index]
    if (replica) this.#owed = owedAfter(this.#owed, share, isCanary(replica))
    return index
  }

  #end(claim: Claim, served = false): Waiter | undefined {
    const place = this.#places.get(claim)
    if (!place) return undefined
    this.#places.delete(claim)
    if (served) this.#line.serve(place)
    else this.#line.leave(place)
    const waiter = place.value.value
    clearTimeout(waiter.timer)
    claim.waitedMs += this.#clock.monotonicMs() - waiter.sinceMs
    return waiter
  }

  /** The moments at which somebody may move although nothing happens: the end of a rest, the end of a pause. */
  #wakeLater(): void {
    clearTimeout(this.#wakeTimer)
    this.#wakeTimer = undefined
    if (this.#line.size === 0) return
    const nowMs = this.#clock.monotonicMs()
    let nextMs = Number.POSITIVE_INFINITY
    const consider = (atMs: number) => {
      if (atMs > nowMs && atMs < nextMs) nextMs = atMs
    }
    for (const replica of this.#replicas) if (!replica.draining) consider(replica.health.untilMs)
    for (const { value } of this.#line.returned) for (const atMs of value.value.claim.tried.values()) consider(atMs)
    if (nextMs !== Number.POSITIVE_INFINITY) this.#wakeTimer = setTimeout(() => this.pump(), Math.ceil(nextMs - nowMs))
  }

  #retryAfterSeconds(): number {
    return retryAfterSeconds(this.#rate, this.#line.size, this.#route.holdMs)
  }

  #full(): HostlerError {
    return lineFull(this.#route, this.#line, this.#retryAfterSeconds())
  }

  #expired(): HostlerError {
    const live = this.#replicas.filter((replica) => !replica.draining)
    const reachable = live.some(({ health }) => health.ejected !== 'hard' || health.accepting)
    return waitedInVain(this.#route, live.length, reachable, this.#retryAfterSeconds())
  }
}
