import type { StoredFleet } from '../../../controller/store/store.ts'
import type { Checks } from '../checks/checks.ts'
import { Host } from '../host/host.ts'
import { AgentNode } from '../nodes/agent.ts'
import { ControllerNode } from '../nodes/controller.ts'
import { GatewayNode } from '../nodes/gateway.ts'
import { Network } from './network.ts'
import { MachineClock } from './process.ts'
import type { Random } from './random.ts'
import type { Scheduler } from './scheduler.ts'
import type { Trace } from './trace.ts'

export interface WorldShape {
  readonly gpusOfHosts: readonly number[]
  readonly gateways: number
}

/** Clocks of machines differ by so much of their pace. */
const mostDrift = 0.002

const answerTimeoutMs = 60_000

/** One fleet: hosts with agents, a controller, gateways with clients, and what joins them. */
export class World {
  readonly scheduler: Scheduler
  readonly random: Random
  readonly trace: Trace
  readonly network: Network
  readonly hosts: readonly Host[]
  readonly agents: readonly AgentNode[]
  readonly gateways: readonly GatewayNode[]
  readonly controller: ControllerNode
  readonly checks: Checks
  requestEveryMs = 1_500
  /** Clients ask for the deployment that follows its load. */
  demand = true
  /** How often a process dies right around a step that matters: a write, a launch, a stop, a message that has just arrived. */
  deathsAroundSteps = 0
  failure: unknown
  /** Faults are over. */
  healed = false
  /** When that was. */
  healedMs = 0
  /** Hosts that will not come back. */
  readonly goneForGood = new Set<string>()
  /** What a backup of the controller holds. */
  backup: StoredFleet | undefined
  readonly #stops: AbortController[] = []
  #nextRequest = 1

  constructor(shape: WorldShape, random: Random, scheduler: Scheduler, trace: Trace, checksOf: (world: World) => Checks) {
    this.scheduler = scheduler
    this.random = random
    this.trace = trace
    this.network = new Network(this.scheduler, random.fork())
    const clock = () => new MachineClock(this.scheduler, 1 + (random.next() * 2 - 1) * mostDrift)
    this.checks = checksOf(this)
    this.hosts = shape.gpusOfHosts.map((gpuCount, index) => {
      const name = `h${index}`
      const address = `10.0.0.${index + 1}`
      const common = { scheduler: this.scheduler, trace, watch: this.checks }
      return new Host({ id: `host-${name}`, name, address, gpuCount, clock: clock(), random: random.fork(), ...common })
    })
    this.agents = this.hosts.map((host) => new AgentNode(this, host))
    this.gateways = Array.from({ length: shape.gateways }, (_, index) => new GatewayNode(this, `gw${index}`, clock()))
    this.controller = new ControllerNode(this, clock())
    this.controller.onCommit = (changes, control) => this.guard(() => this.checks.committing(changes, control))
  }

  /** Every host is a member, and everybody starts. */
  begin(): void {
    this.controller.disk.write(
      this.hosts.map(({ id, name }) => ({
        kind: 'putHost',
        host: { id, name, machineId: `machine-${name}`, createdUnixMs: 0, cordoned: false, revoked: false, labels: {}, generation: 0 },
      })),
    )
    this.controller.start()
    for (const gateway of this.gateways) gateway.start()
    for (const agent of this.agents) agent.start()
  }

  /** What a check throws ends the run; it must not be taken for an error of the code that it looks at. */
  guard(check: () => void): void {
    try {
      check()
    } catch (error) {
      this.fail(error)
    }
  }

  /** For one run of a program; it is never aborted while the world lives, since a program that is killed hears nothing. */
  newStop(): AbortSignal {
    const stop = new AbortController()
    this.#stops.push(stop)
    return stop.signal
  }

  /** The world is over. What waits for a signal is kept by Node until that aborts, and would keep this world with it through all that follow. */
  end(): void {
    for (const { process } of [this.controller, ...this.agents, ...this.gateways]) process?.kill()
    for (const stop of this.#stops) stop.abort()
  }

  /** A step that matters is taken here: now and then it is the last one, or the one that was just not reached. */
  stepOf(node: { crash(): void; start(): void }): void {
    if (!this.random.chance(this.deathsAroundSteps)) return
    this.scheduler.after(this.random.next() ** 3 * 60, () => {
      if (this.healed) return
      node.crash()
      this.scheduler.after(this.random.int(0, 6_000), () => {
        if (!this.healed) node.start()
      })
    })
  }

  fail(error: unknown): void {
    this.failure ??= error
  }

  hostAt(address: string): Host | undefined {
    return this.hosts.find((host) => host.address === address)
  }

  /** A client's request by a gateway to an engine; calls back with whether it was answered whole. */
  request(gateway: GatewayNode, origin: string, done: (ok: boolean) => void): void {
    const [address = '', port = ''] = origin.replace('http://', '').split(':')
    const { random } = this
    const number = this.#nextRequest++
    this.scheduler.after(this.network.latency(), () => {
      const host = this.hostAt(address)
      const reachable = host?.up && this.network.open(gateway.id, host.id) && this.network.open(host.id, gateway.id)
      const engine = reachable ? host.at(Number(port)) : undefined
      if (!host || !engine?.loaded || engine.stopping) return done(false)
      let open = true
      const finish = (ok: boolean): void => {
        if (!open) return
        open = false
        engine.requests.delete(number)
        done(ok)
      }
      engine.requests.set(number, finish)
      this.scheduler.after(answerTimeoutMs, () => finish(false))
      const answer = () => {
        if (!engine.hangs) finish(true)
      }
      this.scheduler.after(random.chance(0.15) ? random.int(3_000, 40_000) : random.latency(1_000), answer)
    })
  }
}
