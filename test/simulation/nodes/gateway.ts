import { type FollowedGateway, runSession } from '../../../controller/gateway/link/session.ts'
import { messageOf } from '../../../shared/errors/hostler-error.ts'
import type { Endpoint, Snapshot } from '../../../shared/fleet/membership.ts'
import { keepSession } from '../../../shared/rpc/reconnecting.ts'
import { type MachineClock, Process } from '../world/process.ts'
import { ClientStream } from '../world/streams.ts'
import type { World } from '../world/world.ts'
import { controllerName, gatewayCodec } from './controller.ts'

const none: Snapshot = { version: 0, routes: [], keys: [] }
const backoff = { firstMs: 250, factor: 2, capMs: 5_000 }

/** A gateway with its clients: what it is given it applies whole, what it has in flight it counts. The real link, a model of the proxy. */
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
  /** When it was last in touch with the controller (true time), for what counts as live. */
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
    this.snapshot = this.#kept
    this.outstanding.clear()
    this.#listeners.clear()
    this.#world.trace.add(this.id, 'gateway starts', { version: this.snapshot.version })
    this.#run(process).catch((error: unknown) => {
      if (process.alive) this.#world.fail(error)
    })
    this.#ask(process)
  }

  crash(): void {
    if (!this.process?.alive) return
    this.#world.trace.add(this.id, 'gateway is killed')
    this.process.kill()
    this.outstanding.clear()
    this.#world.network.processDied(this.process)
  }

  /** Where it sends, by replica. */
  endpoints(): ReadonlyMap<string, Endpoint> {
    return new Map(this.snapshot.routes.flatMap(({ endpoints }) => endpoints.map((one) => [one.replicaId, one] as const)))
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
        this.#world.stepOf(this)
        void process.call(random.latency(3), 1, () => {
          this.#kept = snapshot
        })
      },
      outstanding: () => this.outstanding,
      suspects: () => [],
      waiting: () => new Map(),
      traffic: () => undefined,
      get anyDraining() {
        return [...self.endpoints().values()].some(({ draining }) => draining)
      },
      onChange: (listener) => {
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
    }
    const { signal } = new AbortController()
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

  /** Clients ask, one after the other, and each waits for its answer. */
  #ask(process: Process): void {
    const { random, requestEveryMs } = this.#world
    process.timers.after(random.latency(requestEveryMs), () => {
      this.#ask(process)
      const open = [...this.endpoints().values()].filter(({ draining }) => !draining)
      const [least] = open.toSorted((a, b) => (this.outstanding.get(a.replicaId) ?? 0) - (this.outstanding.get(b.replicaId) ?? 0))
      if (least) this.#send(process, least)
    })
  }

  #send(process: Process, { replicaId, origin }: Endpoint): void {
    this.outstanding.set(replicaId, (this.outstanding.get(replicaId) ?? 0) + 1)
    const ended = () => {
      if (!process.alive) return
      const left = (this.outstanding.get(replicaId) ?? 1) - 1
      if (left > 0) this.outstanding.set(replicaId, left)
      else this.outstanding.delete(replicaId)
      if (left === 0 && this.endpoints().get(replicaId)?.draining) for (const listener of this.#listeners) listener()
    }
    this.#world.request(this, origin, (ok) => {
      this.#world.checks.requestEnded(ok)
      process.timers.after(this.#world.network.latency(), ended)
    })
  }
}
