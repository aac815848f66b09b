import { join } from 'node:path'
import { type Clock, systemClock } from '../../shared/clock/clock.ts'
import type { HostSpec, ReplicaSpec, ReplicaStatus, RuntimeName } from '../../shared/fleet/replica.ts'
import { pause } from '../../shared/lifecycle/deadline.ts'
import { Exclusive } from '../../shared/lifecycle/exclusive.ts'
import { Wake } from '../../shared/lifecycle/wake.ts'
import type { Log } from '../../shared/log/log.ts'
import { EngineConnections } from '../observe/engine-connections.ts'
import type { GpuHolders } from '../runtime/gpu-holders.ts'
import { defaultPortRange, type PortRange } from '../runtime/ports.ts'
import type { Instance, LogOptions, Runtime } from '../runtime/runtime.ts'
import type { EngineExit } from './engine-exit.ts'
import { createExecutors } from './executors.ts'
import { gather } from './gather.ts'
import { GpuReader } from './gpu-reader.ts'
import { defaultWatchTiming, type WatchTiming } from './health-watch.ts'
import { Ledger } from './ledger.ts'
import { Listeners } from './listeners.ts'
import { type Machine, thisMachine } from './machine.ts'
import { defaultRestartPolicy, holdsInMs, type RestartPolicy, withHolding } from './memory.ts'
import { loadMemory } from './memory-file.ts'
import { Observer } from './observe.ts'
import { PathChecks } from './path-checks.ts'
import { type LeaseState, plan } from './plan.ts'
import { replicaLogs } from './replica-logs.ts'
import { acceptable, loadSpec, saveSpec } from './spec-file.ts'
import { StatusBoard } from './status-board.ts'
import type { Busy } from './step.ts'
import { StepRunner } from './step-runner.ts'
import { mayRunUnseen, unaccounted } from './unaccounted.ts'
import { Watches } from './watches.ts'

export interface ReconcilerOptions {
  readonly hostId: string
  /** Where replicas listen, and where they are probed. */
  readonly address: string
  readonly runtimes: readonly Runtime[]
  readonly holders: GpuHolders
  /** Survives the agent; holds the host spec and what is remembered of replicas. */
  readonly stateDir: string
  readonly log: Log
  readonly clock?: Clock
  readonly portRange?: PortRange
  readonly restart?: RestartPolicy
  readonly watch?: WatchTiming
  readonly machine?: Machine
}

const failurePauseMs = 2_000
const shutdownMs = 10_000

/** Brings what runs on this host towards its spec, and keeps it there. Its end stops no engine. */
export class Reconciler {
  readonly #options: ReconcilerOptions
  readonly #clock: Clock
  readonly #machine: Machine
  readonly #log: Log
  readonly #runtimes: ReadonlyMap<RuntimeName, Runtime>
  readonly #wake: Wake
  readonly #specWrites = new Exclusive()
  readonly #observer: Observer
  readonly #paths: PathChecks
  readonly #gpus: GpuReader
  readonly #ledger: Ledger
  readonly #watches: Watches
  readonly #board: StatusBoard
  readonly #exits = new Listeners<EngineExit>()
  readonly #restart: RestartPolicy
  #spec: HostSpec | undefined
  #lease: LeaseState = 'unknown'
  #instances: readonly Instance[] = []
  #lastRoundMs: number
  /** Why the spec on disk could not be used at the start; empty when it could. */
  readonly specProblem: string

  /** Use openReconciler. */
  constructor(
    options: ReconcilerOptions & { readonly machine: Machine },
    spec: HostSpec | undefined,
    specProblem: string,
    memory: Awaited<ReturnType<typeof loadMemory>>,
  ) {
    const clock = options.clock ?? systemClock
    const { machine } = options
    const wake = () => this.#wake.wake()
    this.#options = options
    this.#restart = options.restart ?? defaultRestartPolicy
    this.#clock = clock
    this.#machine = machine
    this.#wake = new Wake(machine.timers)
    this.#paths = new PathChecks(machine)
    this.#lastRoundMs = clock.monotonicMs()
    this.#log = options.log
    this.#spec = spec
    this.specProblem = specProblem
    this.#runtimes = new Map(options.runtimes.map((runtime) => [runtime.name, runtime]))
    this.#observer = new Observer(options.runtimes, machine.timers, wake)
    this.#gpus = new GpuReader(options.holders, clock, machine.timers, wake)
    const file = join(options.stateDir, 'replicas.json')
    this.#ledger = new Ledger(memory, { file, files: machine.files, clock, log: options.log, onChange: wake })
    this.#watches = new Watches(this.#ledger, clock, machine, options.watch ?? defaultWatchTiming)
    this.#board = new StatusBoard(clock)
  }

  /** Resolves when the spec is on disk; only then may it be acknowledged. Throws CONFLICT (older generation), SPEC_INVALID, DISK_FULL. */
  setSpec(spec: HostSpec): Promise<void> {
    return this.#specWrites.run('spec', async () => {
      acceptable(spec, this.#spec)
      await saveSpec(join(this.#options.stateDir, 'host-spec.json'), spec, this.#machine.files)
      this.#spec = spec
      this.#log.info('host spec in force', { generation: spec.generation, replicas: spec.replicas.length })
      this.#wake.wake()
    })
  }

  spec(): HostSpec | undefined {
    return this.#spec
  }

  /** What ran when it was last looked at, at most a round ago: for whoever asks often. */
  instances(): readonly Instance[] {
    return this.#instances
  }

  /** Monotonic time at which the last round ended, for the watchdog: one is due every 10 s. */
  lastRoundMs(): number {
    return this.#lastRoundMs
  }

  /** What the link knows of the lease; replicas with onPartition: stop run only while it is held. */
  setLease(lease: LeaseState): void {
    if (this.#lease === lease) return
    this.#lease = lease
    this.#wake.wake()
  }

  /** Of every replica of the spec, and of those that are gone from it but not yet from the host. */
  statuses(): ReadonlyMap<string, ReplicaStatus> {
    return this.#board.statuses
  }

  /** Whether it has looked at what runs; before, the statuses say nothing. */
  hasLooked(): boolean {
    return this.#board.published
  }

  /** The listener is told which statuses changed or vanished, and once of the first look. Returns what ends it. */
  onChange(listener: (changedIds: readonly string[]) => void): () => void {
    return this.#board.onChange(listener)
  }

  /** The listener is told of each engine that ended, after it is accounted for. Returns what ends it. */
  onExit(listener: (exit: EngineExit) => void): () => void {
    return this.#exits.on(listener)
  }

  /** The log of a replica's newest instance. Throws NOT_FOUND. */
  logs(replicaId: string, options: LogOptions, signal: AbortSignal): AsyncGenerator<Buffer> {
    return replicaLogs(this.#options.runtimes, replicaId, options, signal)
  }

  /** Runs until the signal aborts. Resolves when the steps under way have ended, or after 10 s; engines live on. */
  async run(signal: AbortSignal): Promise<void> {
    const { runtimes, log } = this.#options
    const context = {
      runtimes: this.#runtimes,
      ledger: this.#ledger,
      watches: this.#watches,
      clock: this.#clock,
      machine: this.#machine,
      holders: this.#options.holders,
      onExit: (exit: EngineExit) => this.#exits.tell(exit),
      log,
      signal,
    }
    const executors = createExecutors({ ...context, restart: this.#restart })
    const steps = new StepRunner({ executors, timers: this.#machine.timers, log, onEnd: () => this.#wake.wake(), signal })
    const listening = runtimes.map((runtime) => this.#listen(runtime, signal))
    while (!signal.aborted) {
      let wakeInMs = failurePauseMs
      try {
        wakeInMs = await this.#round(steps, signal)
      } catch (error) {
        if (!signal.aborted) log.error('a round of reconciliation failed', { error })
      }
      this.#lastRoundMs = this.#clock.monotonicMs()
      await this.#wake.wait(wakeInMs, signal)
    }
    this.#watches.endAll()
    // The pause ends with the race: its timer would keep the process.
    const patience = new AbortController()
    await Promise.race([Promise.all([steps.settled(), ...listening]), pause(shutdownMs, patience.signal, this.#machine.timers)])
    patience.abort()
    await this.#ledger.save()
  }

  async #listen(runtime: Runtime, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        for await (const _ of runtime.events(signal)) this.#wake.wake()
      } catch (error) {
        if (!signal.aborted) this.#log.warn('the events of a runtime ended', { runtime: runtime.name, error })
      }
      await pause(failurePauseMs, signal, this.#machine.timers)
    }
  }

  /** Observe, plan, begin the steps. Returns when to look again. */
  async #round(steps: StepRunner, signal: AbortSignal): Promise<number> {
    // A step that ends while we look leaves us with a view from before its end, so it counts as under way for this round.
    const busyBefore = new Map(steps.busy)
    const spec = this.#spec
    const observation = await this.#observer.observe(() => this.#clock.monotonicMs())
    this.#instances = observation.instances
    const unreachable = new Map(observation.unreachable)
    for (const { runtime } of spec?.replicas ?? [])
      if (!this.#runtimes.has(runtime)) unreachable.set(runtime, `This agent runs no replicas by ${runtime}`)
    if (spec) {
      this.#ledger.keepOnly(spec, (memory) => mayRunUnseen(memory, observation.unseen))
      this.#watches.follow(spec)
      steps.cancelPulls((pull) => spec.replicas.some(({ id, image }) => id === pull.replicaId && image === pull.spec.image))
      const nowMs = this.#clock.monotonicMs()
      for (const replica of spec.replicas) this.#ledger.update(replica, (memory) => withHolding(memory, nowMs, this.#restart))
    }
    const candidates = (spec?.replicas ?? []).filter((replica) => this.#mayLaunch(replica, observation.instances, busyBefore))
    const gathered = await gather({
      candidates,
      runtimes: this.#runtimes,
      owners: this.#observer.owners,
      paths: this.#paths,
      machine: this.#machine,
      readGpus: () => this.#gpus.read(this.#observer.lastEndMs, signal),
      signal,
    })
    // Another spec may be acknowledged by now, and nothing is begun by one that it replaced.
    if (signal.aborted || this.#spec !== spec) return 0
    const { hostId, address, portRange = defaultPortRange } = this.#options
    const busy = new Map([...busyBefore, ...steps.busy])
    const planned = plan({
      hostId,
      address,
      portRange,
      spec,
      unreachable,
      nowMs: this.#clock.monotonicMs(),
      instances: observation.instances,
      memory: this.#ledger.entries,
      busy,
      lease: this.#lease,
      ...gathered,
    })
    const nowMs = this.#clock.monotonicMs()
    const isWanted = (id: string) => spec?.replicas.some((replica) => replica.id === id) ?? true
    const views = new Map([...unaccounted(isWanted, this.#ledger.entries, observation.unseen), ...planned.views])
    this.#board.publish({ views, spec, memory: this.#ledger.entries, instances: observation.instances, busy, nowMs })
    for (const step of planned.steps) steps.begin(step)
    await this.#ledger.save()
    const holdsIn = (spec?.replicas ?? []).map((replica) => holdsInMs(this.#ledger.of(replica), nowMs, this.#restart) ?? planned.wakeInMs)
    return Math.min(planned.wakeInMs, ...holdsIn)
  }

  /** Only for these is the host asked what a launch would meet; the plan decides. */
  #mayLaunch(replica: ReplicaSpec, instances: readonly Instance[], busy: ReadonlyMap<string, Busy>): boolean {
    if (busy.has(replica.id)) return false
    if (this.#ledger.of(replica).nextAttemptMs > this.#clock.monotonicMs()) return false
    return !instances.some(({ identity, state }) => identity.replicaId === replica.id && state === 'running')
  }
}

/** Opens the state directory: the spec on disk is in force again, and what was known of replicas is remembered. */
export const openReconciler = async (options: ReconcilerOptions): Promise<Reconciler> => {
  const clock = options.clock ?? systemClock
  const machine = options.machine ?? thisMachine(new EngineConnections(clock))
  const { files } = machine
  const { capMs } = (options.restart ?? defaultRestartPolicy).backoff
  const [loaded, memory] = await Promise.all([
    loadSpec(join(options.stateDir, 'host-spec.json'), clock.unixMs(), files),
    loadMemory(join(options.stateDir, 'replicas.json'), { nowMs: clock.monotonicMs(), nowUnixMs: clock.unixMs() }, capMs, files),
  ])
  if (loaded.problem !== '') options.log.error('the host spec on disk cannot be used', { problem: loaded.problem })
  return new Reconciler({ ...options, machine }, loaded.spec, loaded.problem, memory)
}
