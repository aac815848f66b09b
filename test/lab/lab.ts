import { LabHost } from './host.ts'
import { removeDeadRuns, removeRun } from './leftovers.ts'
import { createNetwork, type LabNetwork } from './network.ts'
import { runVariable } from './owner.ts'
import { type LabProcess, type ProcessOptions, startProcess } from './process.ts'
import { openRunDirectory } from './run-directory.ts'

export interface LabOptions {
  /** Removes the lab when it aborts, as disposal does. */
  readonly signal?: AbortSignal
}

export interface AddHostOptions {
  /** Default `host-N`; at most 40 characters of a-z, 0-9 and -. */
  readonly name?: string
  /** Starts a container engine on the host; default false. */
  readonly engine?: boolean
  /** Lets its containers run on while the engine's daemon is away; default false. */
  readonly keepContainers?: boolean
}

/**
 * Real hosts on one machine: network namespaces on a private network, with real container engines. Everything is named after the
 * run and removed at disposal; what a killed run left is removed when the next lab is created.
 */
export class Lab implements AsyncDisposable {
  readonly runId: string
  readonly #network: LabNetwork
  readonly #hosts: Promise<LabHost>[] = []
  #lastStation = 9
  #removal: Promise<void> | undefined

  constructor(runId: string, network: LabNetwork) {
    this.runId = runId
    this.#network = network
  }

  /** This machine's own address on the lab's network: where hosts reach a controller that runs outside them. */
  get gateway(): string {
    return this.#network.gateway
  }

  addHost({ name, engine = false, keepContainers = false }: AddHostOptions = {}): Promise<LabHost> {
    if (this.#removal !== undefined) throw new Error(`lab ${this.runId} is being removed`)
    this.#lastStation += 1
    const station = this.#lastStation
    if (station > 254) throw new Error('a lab has room for 245 hosts')
    const options = { name: name ?? `host-${station - 9}`, engine, keepContainers }
    const host = LabHost.create(options, { runId: this.runId, network: this.#network, station })
    this.#hosts.push(host)
    return host
  }

  /** Adds hosts side by side, which is quicker than one after another. */
  addHosts(count: number, options: Omit<AddHostOptions, 'name'> = {}): Promise<LabHost[]> {
    return Promise.all(Array.from({ length: count }, () => this.addHost(options)))
  }

  /** Starts a program on this machine, outside the hosts, that ends with the lab at the latest. */
  spawn(command: string, args: readonly string[], options: ProcessOptions = {}): Promise<LabProcess> {
    return startProcess(command, args, { ...options, env: { [runVariable]: this.runId, ...options.env } })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#removal ??= this.#remove()
    await this.#removal
  }

  async #remove(): Promise<void> {
    // A host that is still being made is waited for, so that it makes nothing after the removal.
    await Promise.allSettled(this.#hosts.map(async (host) => (await host)[Symbol.asyncDispose]()))
    await removeRun(this.runId)
  }
}

/** Makes an empty lab. Needs root; see requires.ts. */
export const createLab = async ({ signal }: LabOptions = {}): Promise<Lab> => {
  await removeDeadRuns()
  const runId = await openRunDirectory()
  try {
    signal?.throwIfAborted()
    const lab = new Lab(runId, await createNetwork(runId))
    signal?.addEventListener('abort', () => void lab[Symbol.asyncDispose](), { once: true })
    return lab
  } catch (error) {
    await removeRun(runId)
    throw error
  }
}
