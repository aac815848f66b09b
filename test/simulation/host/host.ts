import type { InstanceIdentity } from '../../../agent/runtime/runtime.ts'
import type { GpuInfo, Inventory } from '../../../shared/fleet/inventory.ts'
import type { ReplicaSpec } from '../../../shared/fleet/replica.ts'
import type { GpuUsage } from '../../../shared/fleet/usage.ts'
import { Disk } from '../world/disk.ts'
import type { MachineClock } from '../world/process.ts'
import type { Random } from '../world/random.ts'
import type { Scheduler } from '../world/scheduler.ts'
import type { Trace } from '../world/trace.ts'
import { behaviourOf, type Engine } from './engine.ts'

export interface HostOptions {
  readonly id: string
  readonly name: string
  readonly address: string
  readonly gpuCount: number
  readonly scheduler: Scheduler
  readonly clock: MachineClock
  readonly random: Random
  readonly trace: Trace
  /** Told of what truly happens, at the moment when it does. */
  readonly watch: HostWatch
}

export interface HostWatch {
  started(host: Host, engine: Engine): void
  /** An agent asks for its end. */
  stopAsked(host: Host, engine: Engine): void
  ended(host: Host, engine: Engine): void
}

const memoryMiB = 256 * 1024

/** From the end of an engine until the driver has let go of its GPUs; often it does at once. */
export const usualLingerMs = 1_500

/** A GPU host as it truly is: its containers, its GPUs, its disk. It lives on whatever its agent does. */
export class Host {
  readonly id: string
  readonly name: string
  readonly address: string
  readonly clock: MachineClock
  readonly random: Random
  readonly disk = new Disk()
  readonly engines = new Map<string, Engine>()
  readonly images = new Set<string>()
  readonly #gpus: readonly GpuInfo[]
  readonly #options: HostOptions
  /** GPUs that fell off the bus. */
  readonly missingGpus = new Set<string>()
  /** GPUs with a process that is nobody's replica, by its pid. */
  readonly foreign = new Map<string, number>()
  readonly #listeners = new Set<() => void>()
  readonly #inventoryListeners = new Set<() => void>()
  up = true
  /** dockerd does not answer. */
  engineAway = false
  nvidiaSmi: 'answers' | 'hangs' | 'fails' = 'answers'
  /** What nvidia-smi takes beyond the usual, after it has looked. */
  nvidiaSmiDelayMs = 0
  /** With more than the usual the driver never lets go at once. */
  lingersMs = usualLingerMs
  /** From its start until the engine's first CUDA call, on average. */
  showsAfterMs = 400
  registryAway = false
  /** Every call to the container engine takes so much longer. */
  engineDelayMs = 0
  /** What a pull usually takes. */
  pullMs = 3_000
  #inventory: Inventory | undefined
  #nextPid = 5_000_000
  #nextId = 1

  constructor(options: HostOptions) {
    const { id, name, address, gpuCount, clock, random } = options
    this.#options = options
    this.id = id
    this.name = name
    this.address = address
    this.clock = clock
    this.random = random
    this.#gpus = Array.from({ length: gpuCount }, (_, index) => ({
      uuid: `GPU-${name}-${index}`,
      index,
      model: 'NVIDIA A100-SXM4-40GB',
      memoryMiB: 40_960,
      pciBusId: `00000000:0${index}:00.0`,
    }))
  }

  get gpus(): readonly GpuInfo[] {
    return this.#gpus.filter(({ uuid }) => !this.missingGpus.has(uuid))
  }

  get memoryMiB(): number {
    return memoryMiB
  }

  /** The same object until it changes. */
  inventory(): Inventory {
    this.#inventory ??= this.#look()
    return this.#inventory
  }

  #look(): Inventory {
    const problem = this.engineAway ? 'the container engine does not answer' : ''
    const runtime = { name: 'docker', version: '27', problem, gpuRequests: true, memlockUnlimited: true, cdiDevices: [] }
    return {
      hostname: this.name,
      machineId: `machine-${this.name}`,
      os: '',
      kernel: '',
      architecture: 'x64',
      cpuModel: '',
      cpuSockets: 1,
      cpuCores: 8,
      memoryMiB,
      disks: [],
      nics: [],
      gpus: this.gpus,
      gpuLinks: [],
      runtimes: [runtime],
      gpuProblem: this.nvidiaSmi === 'fails' ? 'nvidia-smi fails' : '',
      driverVersion: '580',
      cudaVersion: '13',
    }
  }

  say(text: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#options.trace.add(this.name, `(host) ${text}`, fields)
  }

  /** Calls back when a container ends. Returns what ends it. */
  onEnd(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Calls back when what the host is has changed. Returns what ends it. */
  onInventory(listener: () => void): () => void {
    this.#inventoryListeners.add(listener)
    return () => this.#inventoryListeners.delete(listener)
  }

  /** Something about the host is another now. */
  change(text: string, change: () => void): void {
    this.say(text)
    change()
    this.#inventory = undefined
    for (const listener of [...this.#inventoryListeners]) listener()
  }

  usage(): readonly GpuUsage[] {
    return this.gpus.map(({ uuid }) => {
      const pid = this.foreign.get(uuid)
      return { uuid, processes: pid === undefined ? [] : [{ pid, name: 'notebook', replicaId: '', foreign: true }] }
    })
  }

  create(spec: ReplicaSpec, identity: InstanceIdentity): Engine {
    const engine: Engine = {
      id: `c-${this.name}-${this.#nextId++}`,
      identity,
      spec,
      pid: this.#nextPid++,
      behaviour: behaviourOf(spec),
      state: 'created',
      startedUnixMs: this.clock.unixMs,
      loaded: false,
      hangs: false,
      stopping: false,
      exitCode: undefined,
      oomKilled: false,
      holdsGpus: false,
      removed: false,
      shown: false,
      requests: new Map(),
      log: [],
    }
    this.engines.set(engine.id, engine)
    return engine
  }

  start(engine: Engine): void {
    const { scheduler, random, watch } = this.#options
    engine.state = 'running'
    engine.startedUnixMs = this.clock.unixMs
    engine.holdsGpus = true
    this.say('engine starts', { engine: engine.id, replica: engine.identity.replicaId, gpus: engine.identity.gpuUuids.join(',') })
    watch.started(this, engine)
    const whileRunning = (ms: number, run: () => void) =>
      scheduler.after(ms, () => {
        if (engine.state === 'running') run()
      })
    whileRunning(this.showsAfterMs * random.next() * 2, () => {
      engine.shown = true
    })
    if (engine.behaviour === 'crashes') whileRunning(random.latency(1_500), () => this.end(engine, 1))
    else if (engine.behaviour !== 'never-loads') {
      whileRunning(random.latency(4_000), () => {
        engine.loaded = true
        if (engine.behaviour === 'crashes-later') whileRunning(random.latency(8_000), () => this.end(engine, 134))
      })
    }
  }

  stopAsked(engine: Engine): void {
    this.#options.watch.stopAsked(this, engine)
  }

  /** SIGTERM now, SIGKILL after the grace. What it works on it finishes, if it is let. */
  stop(engine: Engine, graceMs: number, onEnded: () => void): void {
    const { scheduler, random } = this.#options
    if (engine.state !== 'running') {
      onEnded()
      return
    }
    if (!engine.stopping) {
      engine.stopping = true
      this.say('engine is told to stop', { engine: engine.id, replica: engine.identity.replicaId, requests: engine.requests.size })
    }
    const off = this.onEnd(() => {
      if (engine.state === 'running') return
      off()
      onEnded()
    })
    const endsByItself = !engine.hangs && engine.behaviour !== 'stubborn'
    const ownMs = random.latency(300)
    scheduler.after(endsByItself ? Math.min(ownMs, graceMs) : graceMs, () => {
      if (engine.state === 'running') this.end(engine, endsByItself && ownMs < graceMs ? 0 : 137)
    })
  }

  /** Its process ends, whoever's doing it is. */
  end(engine: Engine, exitCode: number, oomKilled = false): void {
    if (engine.state !== 'running') return
    const { scheduler, random, watch } = this.#options
    engine.state = 'exited'
    engine.loaded = false
    engine.exitCode = exitCode
    engine.oomKilled = oomKilled
    this.say('engine ended', { engine: engine.id, replica: engine.identity.replicaId, exitCode })
    for (const answer of [...engine.requests.values()]) answer(false)
    watch.ended(this, engine)
    // What never made a CUDA call has nothing for the driver to let go of.
    const lingers = engine.shown && (random.chance(0.5) || this.lingersMs > usualLingerMs)
    // A minute at most: what holds a GPU for longer takes somebody to end it.
    scheduler.after(lingers ? Math.min(60_000, random.latency(this.lingersMs)) : 0, () => {
      engine.holdsGpus = false
      engine.shown = false
      if (engine.removed) this.engines.delete(engine.id)
    })
    for (const listener of [...this.#listeners]) listener()
  }

  remove(engine: Engine): void {
    if (engine.state === 'running') this.end(engine, 137)
    engine.removed = true
    if (!engine.holdsGpus) this.engines.delete(engine.id)
  }

  /** Its power is gone: nothing runs, the disk keeps what it has. */
  crash(): void {
    this.up = false
    for (const engine of this.engines.values()) {
      if (engine.state !== 'running') continue
      engine.state = 'exited'
      engine.exitCode = undefined
      engine.loaded = false
      engine.holdsGpus = false
      engine.shown = false
      for (const answer of [...engine.requests.values()]) answer(false)
    }
    this.foreign.clear()
  }

  /** The engine that listens on a port. */
  at(port: number): Engine | undefined {
    return [...this.engines.values()].find(({ state, identity }) => state === 'running' && identity.port === port)
  }
}
