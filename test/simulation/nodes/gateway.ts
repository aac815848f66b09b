import { type FollowedGateway, runSession } from '../../../controller/gateway/link/session.ts'
import { TrafficCounters } from '../../../controller/gateway/observe/traffic.ts'
import { messageOf } from '../../../shared/errors/hostler-error.ts'
import type { Endpoint, Route, Snapshot } from '../../../shared/fleet/membership.ts'
import { keepSession } from '../../../shared/rpc/reconnecting.ts'
import { scaledName } from '../scenario/specs.ts'
import { type MachineClock, Process } from '../world/process.ts'
import { ClientStream } from '../world/streams.ts'
import type { World } from '../world/world.ts'
import { controllerName, gatewayCodec } from './controller.ts'

const none: Snapshot = { version: 0, routes: [], keys: [] }
const backoff = { firstMs: 250, factor: 2, capMs: 5_000 }

/** A request that waits for a replica. */
interface Held {
  readonly deployment: string
  readonly sinceMs: number
}

/** A gateway with its clients: what it is given it applies whole, what it has in flight it counts. The real link and counters, a model of the proxy. */
export class GatewayNode {
  readonly id: string
  readonly clock: MachineClock
  readonly #world: World
  process: Process | undefined
  /** In use. */
  snapshot: Snapshot = none
  /** On its disk. */
  #kept: Snapshot = none
  readonly outstanding = new Map<string, number>()
  readonly #held = new Set<Held>()
  /** When a client last asked for each deployment, or was answered (true time). */
  readonly busyMs = new Map<string, number>()
  #traffic = new TrafficCounters(() => 0)
  /** True time. */
  startedMs = 0
  readonly #listeners = new Set<() => void>()

  constructor(world: World, id: string, clock: MachineClock) {
    this.#world = world
    this.id = id
    this.clock = clock
  }

  get running(): boolean {
    return this.process?.alive ?? false
  }

  start(): void {
    if (this.running) return
    const process = new Process(this.clock)
    this.process = process
    this.startedMs = this.#world.scheduler.nowMs
    this.snapshot = this.#kept
    this.outstanding.clear()
    this.#held.clear()
    this.#listeners.clear()
    this.#traffic = new TrafficCounters(() => process.clock.unixMs())
    this.#world.trace.add(this.id, 'gateway starts', { version: this.snapshot.version })
    this.#run(process).catch((error: unknown) => {
      if (process.alive) this.#world.fail(error)
    })
    const { requestEveryMs } = this.#world
    this.#every(process, requestEveryMs, () => {
      const route = this.#world.random.pick(this.snapshot.routes.filter(({ deployment }) => deployment !== scaledName))
      if (route) this.#ask(process, route)
    })
    this.#every(process, 2 * requestEveryMs, () => {
      const route = this.snapshot.routes.find(({ deployment }) => deployment === scaledName)
      if (route && this.#world.demand) this.#ask(process, route)
    })
  }

  crash(): void {
    if (!this.process?.alive) return
    this.#world.trace.add(this.id, 'gateway is killed')
    this.process.kill()
    this.outstanding.clear()
    this.#held.clear()
    this.#world.network.processDied(this.process)
  }

  /** Where it sends, by replica. */
  endpoints(): ReadonlyMap<string, Endpoint> {
    return new Map(this.snapshot.routes.flatMap(({ endpoints }) => endpoints.map((one) => [one.replicaId, one] as const)))
  }

  /** Requests that wait for a replica, by deployment. */
  waiting(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>()
    for (const { deployment } of this.#held) counts.set(deployment, (counts.get(deployment) ?? 0) + 1)
    return counts
  }

  async #run(process: Process): Promise<void> {
    const { network, random, trace } = this.#world
    const log = trace.log(this.id)
    const self = this
    const gateway: FollowedGateway = {
      get version() {
        return self.snapshot.version
      },
      apply: (snapshot) => {
        this.snapshot = snapshot
        this.#traffic.use(snapshot)
        this.#world.stepOf(this)
        this.#letGo(process)
        void process.call(random.latency(3), 1, () => {
          this.#kept = snapshot
        })
      },
      outstanding: () => this.outstanding,
      suspects: () => [],
      waiting: () => this.waiting(),
      traffic: (told) => this.#traffic.report(told),
      get anyDraining() {
        return [...self.endpoints().values()].some(({ draining }) => draining)
      },
      onChange: (listener) => {
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
    }
    const signal = this.#world.newStop()
    const session = async () => {
      const client = {
        Follow: () => new ClientStream(gatewayCodec, (end) => network.connect('gateway', this.id, process, controllerName, end)),
      }
      const options = { where: controllerName, address: this.id, gateway, timers: process.timers, log }
      await runSession({ client: client as never, ...options }, signal)
    }
    const onBroken = (error: unknown, retryMs: number) => log.warn('no session', { reason: messageOf(error), retryMs })
    await keepSession({ session, backoff, clock: process.clock, timers: process.timers, random: () => random.next(), onBroken }, signal)
  }

  #every(process: Process, ms: number, ask: () => void): void {
    process.timers.after(this.#world.random.latency(ms), () => {
      this.#every(process, ms, ask)
      ask()
    })
  }

  #ask(process: Process, route: Route): void {
    if (route.models.length === 0) return
    const { deployment, holdMs, maxQueue } = route
    this.busyMs.set(deployment, this.#world.scheduler.nowMs)
    const endpoint = this.#choose(route)
    if (endpoint) this.#send(process, deployment, endpoint, process.clock.monotonicMs())
    else if (this.#held.size < maxQueue) {
      const held: Held = { deployment, sinceMs: process.clock.monotonicMs() }
      const isFirst = !this.waiting().has(deployment)
      this.#held.add(held)
      process.timers.after(holdMs, () => {
        if (!this.#held.delete(held)) return
        this.busyMs.set(deployment, this.#world.scheduler.nowMs)
        this.#traffic.of(deployment, 0).end('refused503', process.clock.monotonicMs() - held.sinceMs)
      })
      if (isFirst && route.endpoints.every(({ draining }) => draining)) for (const listener of this.#listeners) listener()
    }
  }

  /** What waited for a replica that is there now. */
  #letGo(process: Process): void {
    for (const held of this.#held) {
      const route = this.snapshot.routes.find(({ deployment }) => deployment === held.deployment)
      const endpoint = route && this.#choose(route)
      if (!endpoint) continue
      this.#held.delete(held)
      this.#send(process, held.deployment, endpoint, held.sinceMs)
    }
  }

  /** Deployments with requests in line although a replica could take one now. */
  stuck(): readonly string[] {
    return this.snapshot.routes
      .filter((route) => this.waiting().has(route.deployment) && this.#choose(route) !== undefined)
      .map(({ deployment }) => deployment)
  }

  /** The least loaded one; of a canary and its stable revision about as the share says. */
  #choose({ endpoints, canary }: Route): Endpoint | undefined {
    const open = endpoints.filter(({ draining }) => !draining)
    const onTrial = canary !== undefined && this.#world.random.chance(canary.share)
    const wanted = open.filter(({ revision }) => canary === undefined || (revision === canary.revision) === onTrial)
    const load = ({ replicaId }: Endpoint) => this.outstanding.get(replicaId) ?? 0
    const free = (wanted.length > 0 ? wanted : open).filter((one) => one.maxConcurrent === 0 || load(one) < one.maxConcurrent)
    const [least] = free.toSorted((a, b) => load(a) - load(b))
    return least
  }

  #send(process: Process, deployment: string, { replicaId, origin, revision }: Endpoint, sinceMs: number): void {
    this.outstanding.set(replicaId, (this.outstanding.get(replicaId) ?? 0) + 1)
    const series = this.#traffic.of(deployment, revision)
    series.begin()
    const ended = (ok: boolean) => {
      if (!process.alive) return
      this.busyMs.set(deployment, this.#world.scheduler.nowMs)
      const tookMs = process.clock.monotonicMs() - sinceMs
      if (ok) series.firstByte(tookMs)
      series.end(ok ? 'ok' : 'upstreamError', tookMs)
      series.leave()
      const left = (this.outstanding.get(replicaId) ?? 1) - 1
      if (left > 0) this.outstanding.set(replicaId, left)
      else this.outstanding.delete(replicaId)
      this.#letGo(process)
      if (left === 0 && this.endpoints().get(replicaId)?.draining) for (const listener of this.#listeners) listener()
    }
    this.#world.request(this, origin, (ok) => {
      this.#world.checks.requestEnded(ok)
      process.timers.after(this.#world.network.latency(), () => ended(ok))
    })
  }
}
