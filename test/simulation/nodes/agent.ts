import { Lease } from '../../../agent/link/lease.ts'
import { type AgentSide, runSession } from '../../../agent/link/session.ts'
import { watchLease } from '../../../agent/link/watch-lease.ts'
import { defaultRestartPolicy } from '../../../agent/reconcile/memory.ts'
import { openReconciler, type Reconciler } from '../../../agent/reconcile/reconciler.ts'
import { messageOf } from '../../../shared/errors/hostler-error.ts'
import { keepSession } from '../../../shared/rpc/reconnecting.ts'
import type { Host } from '../host/host.ts'
import { simulatedMachine } from '../host/machine.ts'
import { simulatedHolders, simulatedRuntime } from '../host/runtime.ts'
import { Process } from '../world/process.ts'
import { ClientStream } from '../world/streams.ts'
import type { World } from '../world/world.ts'
import { agentCodec, controllerName } from './controller.ts'

const stateDir = '/state'
/** As the real defaults, with a cap that lets a seed come to rest within a few minutes. */
const restart = {
  ...defaultRestartPolicy,
  backoff: { firstMs: 1_000, factor: 2, capMs: 20_000 },
  pullBackoff: { firstMs: 2_000, factor: 2, capMs: 20_000 },
}
const watch = { loadingPollMs: 1_000, warmAttempts: 3, warmPauseMs: 1_000, giveUpMs: 30_000 }
const linkBackoff = { firstMs: 250, factor: 2, capMs: 15_000 }

/** The agent of a host, one run after another. */
export class AgentNode {
  readonly host: Host
  readonly #world: World
  process: Process | undefined
  reconciler: Reconciler | undefined
  lease = new Lease()
  runs = 0

  constructor(world: World, host: Host) {
    this.#world = world
    this.host = host
  }

  get running(): boolean {
    return this.process?.alive ?? false
  }

  start(): void {
    if (this.running || !this.host.up) return
    const process = new Process(this.host.clock)
    this.process = process
    this.runs += 1
    this.#world.trace.add(this.host.name, 'agent starts', { run: this.runs })
    this.#run(process, this.#world.newStop()).catch((error: unknown) => {
      if (process.alive) this.#world.fail(error)
    })
  }

  /** kill -9. */
  crash(): void {
    if (!this.process?.alive) return
    this.#world.trace.add(this.host.name, 'agent is killed')
    this.process.kill()
    this.#world.network.processDied(this.process)
  }

  /** The whole host loses its power. */
  loseHost(): void {
    this.#world.trace.add(this.host.name, 'host loses power')
    this.process?.kill()
    this.host.crash()
    this.#world.network.machineVanished(this.host.id)
  }

  async #run(process: Process, signal: AbortSignal): Promise<void> {
    const { host } = this
    const { network, trace, random } = this.#world
    const { clock, timers } = process
    const log = trace.log(host.name)
    const reconciler = await openReconciler({
      hostId: host.id,
      address: host.address,
      runtimes: [simulatedRuntime(host, process, () => this.#world.stepOf(this))],
      holders: simulatedHolders(host, process),
      stateDir,
      restart,
      watch,
      machine: simulatedMachine(host, process),
      clock,
      log,
    })
    this.reconciler = reconciler
    this.#world.checks.agentStarted(this)
    const lease = new Lease()
    this.lease = lease
    const side: AgentSide = {
      address: host.address,
      bootId: 'boot',
      labels: {},
      inventory: () => host.inventory(),
      onInventory: (listener) => host.onInventory(() => process.alive && listener()),
      usage: () => ({ gpus: host.usage(), gpuAgeMs: 0, gpuProblem: '' }),
      metrics: () => undefined,
      specGeneration: () => reconciler.spec()?.generation ?? 0,
      setSpec: async (spec) => {
        this.#world.stepOf(this)
        await reconciler.setSpec(spec)
        this.#world.checks.specTaken(this)
      },
      statuses: () => reconciler.statuses(),
      statusesKnown: () => reconciler.hasLooked(),
      onStatus: (listener) => reconciler.onChange(listener),
      answerers: {},
    }
    const session = async () => {
      const client = {
        Session: () => new ClientStream(agentCodec, (end) => network.connect('agent', host.id, process, controllerName, end)),
      }
      await runSession({ client: client as never, where: controllerName, side, lease, clock, timers, log }, signal)
    }
    const onBroken = (error: unknown, retryMs: number) => log.warn('no session', { reason: messageOf(error), retryMs })
    await Promise.all([
      reconciler.run(signal),
      watchLease({ lease, clock, timers, tell: (state) => reconciler.setLease(state) }, signal),
      keepSession({ session, backoff: linkBackoff, clock, timers, random: () => random.next(), onBroken }, signal),
    ])
  }
}
