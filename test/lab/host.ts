import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { type HostEngine, startHostEngine } from './host-engine.ts'
import { hostNamespace, type LabNetwork, type Link, namespaceFile } from './network.ts'
import { runVariable } from './owner.ts'
import { type LabProcess, type ProcessOptions, type RunOptions, type RunResult, run, startProcess } from './process.ts'
import { runDirectory } from './run-directory.ts'

export interface HostOptions {
  readonly name: string
  /** Starts a container engine of its own on the host. */
  readonly engine: boolean
  /** Its containers run on while its engine's daemon is away. */
  readonly keepContainers: boolean
}

export interface Place {
  readonly runId: string
  readonly network: LabNetwork
  /** The last octet of the host's address. */
  readonly station: number
}

const enter = join(import.meta.dirname, 'enter.sh')

/** A host of the lab: a network, a host name, a machine id and, if asked for, a container engine of its own. */
export class LabHost implements AsyncDisposable {
  readonly name: string
  readonly address: string
  /** A directory of the host's own, removed with the run. Its path is short enough for sockets. */
  readonly directory: string
  readonly link: Link
  readonly #runId: string
  #engine: HostEngine | undefined

  private constructor(name: string, { runId, network, station }: Place, link: Link) {
    this.name = name
    this.address = `${network.prefix}.${station}`
    this.directory = join(runDirectory(runId), name)
    this.link = link
    this.#runId = runId
  }

  static async create({ name, engine, keepContainers }: HostOptions, place: Place): Promise<LabHost> {
    const host = new LabHost(name, place, await place.network.join(name, place.station))
    await mkdir(join(host.directory, 'cgroup'), { recursive: true })
    await writeFile(join(host.directory, 'machine-id'), `${randomBytes(16).toString('hex')}\n`)
    if (engine) {
      host.#engine = await startHostEngine({
        runId: place.runId,
        directory: host.directory,
        spawn: (command, args) => host.spawn(command, args),
        keepContainers,
      })
    }
    return host
  }

  /** The host's container engine. */
  get engine(): HostEngine {
    if (this.#engine === undefined) throw new Error(`host ${this.name} was made without an engine`)
    return this.#engine
  }

  get docker(): Docker {
    return this.engine.docker
  }

  /** Starts a program on the host. Its process id is that of the program itself; DOCKER_HOST names the host's engine. */
  spawn(command: string, args: readonly string[], options: ProcessOptions = {}): Promise<LabProcess> {
    return startProcess(enter, this.#arguments(command, args), this.#with(options))
  }

  /** Runs a program on the host to its end; fails like `run`. */
  exec(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return run(enter, this.#arguments(command, args), this.#with(options))
  }

  /** Stops the engine with its containers. Processes on the host end with the lab. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine?.[Symbol.asyncDispose]()
  }

  #arguments(command: string, args: readonly string[]): string[] {
    return [namespaceFile(hostNamespace(this.#runId, this.name)), this.directory, this.name, command, ...args]
  }

  #with<Options extends ProcessOptions>(options: Options): Options {
    const socket = this.#engine && { DOCKER_HOST: `unix://${this.#engine.socketPath}` }
    return { ...options, env: { [runVariable]: this.#runId, ...socket, ...options.env } }
  }
}
