import { type ControlLoop, openControlLoop } from '../../../controller/control-loop.ts'
import { serveAgentSession } from '../../../controller/rpc/agent-session.ts'
import { serveGatewaySession } from '../../../controller/rpc/gateway-session.ts'
import type { StoreChange, StoredFleet } from '../../../controller/store/store.ts'
import { Answers } from '../../../controller/usecases/answers.ts'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import { contract } from '../../../shared/rpc/proto.ts'
import type { Connection } from '../world/network.ts'
import { type MachineClock, Process } from '../world/process.ts'
import { type Codec, ServerStream } from '../world/streams.ts'
import type { World } from '../world/world.ts'
import { ControllerDisk, storeOn } from './store.ts'

export const controllerName = 'controller'
export const lease = { leaseMs: 10_000, graceMs: 30_000 }
const heartbeatMs = 2_000

export const agentCodec = contract('agent').AgentLink.service.Session as unknown as Codec
export const gatewayCodec = contract('gateway').GatewayLink.service.Follow as unknown as Codec

/** The controller's machine: its disk, and one run of the controller after another. */
export class ControllerNode {
  readonly disk = new ControllerDisk()
  readonly clock: MachineClock
  readonly #world: World
  process: Process | undefined
  /** Of the present run; undefined while it starts or is down. */
  control: ControlLoop | undefined
  /** Told of each decision before it is written. */
  onCommit: (changes: readonly StoreChange[], control: ControlLoop) => void = () => {}
  runs = 0

  constructor(world: World, clock: MachineClock) {
    this.#world = world
    this.clock = clock
  }

  start(): void {
    if (this.process?.alive) return
    const process = new Process(this.clock)
    this.process = process
    this.runs += 1
    this.#world.trace.add(controllerName, 'starts', { run: this.runs })
    this.#run(process, this.#world.newStop()).catch((error: unknown) => {
      if (!process.alive) return
      if (!(error instanceof HostlerError)) return this.#world.fail(error)
      // It ends with an error, and the service manager tries again.
      this.crash()
      this.#world.scheduler.after(2_000, () => this.start())
    })
  }

  crash(): void {
    if (!this.process?.alive) return
    this.#world.trace.add(controllerName, 'is killed')
    this.process.kill()
    this.control = undefined
    this.#world.network.processDied(this.process)
  }

  backUp(): StoredFleet {
    return this.disk.read()
  }

  async #run(process: Process, signal: AbortSignal): Promise<void> {
    const { network, trace, random } = this.#world
    const log = trace.log(controllerName)
    let control: ControlLoop | undefined
    const store = storeOn(this.disk, process, random, (changes) => {
      if (!control) return
      this.onCommit(changes, control)
      this.#world.stepOf(this)
    })
    let nextSecret = 1
    const secrets = {
      newId: (prefix: string) => `${prefix}${random.int(0, 2 ** 30)}`,
      newSecret: () => `secret-${this.runs}-${nextSecret++}`,
    }
    control = await openControlLoop({ store, lease, clock: process.clock, timers: process.timers, secrets, log })
    this.control = control
    const { hosts, gateways, metrics, traffic, membership, loop } = control
    const answers = new Answers()
    await loop.pass()
    const { facts } = control.context.ledger
    const accept = (service: string, client: string, connection: Connection): void => {
      const stream = new ServerStream(service === 'agent' ? agentCodec : gatewayCodec, connection)
      connection.attach('server', process, stream.listening)
      const options = { timers: process.timers, log }
      if (service === 'gateway')
        serveGatewaySession(stream as never, {
          ...options,
          gatewayId: client,
          gateways,
          traffic,
          current: () => membership.snapshot,
          loads: () => [],
        })
      else if (facts.hosts.has(client))
        serveAgentSession(stream as never, { ...options, hostId: client, hosts, answers, metrics, settings: { ...lease, heartbeatMs } })
      else connection.reset('the identity was revoked')
    }
    network.listen(controllerName, { process, accept })
    await loop.run(signal)
  }
}
