import type Docker from 'dockerode'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { ReplicaSpec } from '../../../shared/fleet/replica.ts'
import type { Log } from '../../../shared/log/log.ts'
import { label } from '../labels.ts'
import { isMemlockRefusal, type MemlockVerdict, memlockRemedy } from '../memlock.ts'
import type { InsideRun, Instance, LaunchRequest, LogOptions, Runtime, RuntimeEvent, RuntimeFacts } from '../runtime.ts'
import { DockerClient, engineMessage, statusOf } from './client.ts'
import { probeEngineMemlock, readEngineInfo } from './engine-info.ts'
import { containerEvents } from './events.ts'
import { instanceOf } from './instance.ts'
import { KnownRunning } from './known-running.ts'
import { launchError, tryLaunch } from './launch.ts'
import { containerLogs } from './logs.ts'
import { kernelKilledForMemory } from './oom-evidence.ts'
import { pullImage } from './pull.ts'
import { InsideRuns } from './run-inside.ts'

export interface DockerRuntimeOptions {
  /** Only containers labelled with this host are ever seen. */
  readonly hostId: string
  /** Unix sockets to try, in order (see socketCandidates). */
  readonly sockets: readonly string[]
  readonly log: Log
  readonly cdiDirectories?: readonly string[]
  /** Sysctls that new containers are to have in namespaces of their own. */
  readonly sysctls?: () => Readonly<Record<string, string>>
}

const callTimeoutMs = 10_000
/** How long after SIGKILL a container may take to be gone before the call is given up. */
const killTimeoutMs = 30_000
const gone = new Set([304, 404])

/** Containers of a Docker engine, or of Podman's compatible service. */
export class DockerRuntime implements Runtime {
  readonly name = 'docker'
  readonly #options: DockerRuntimeOptions
  readonly #client: DockerClient
  #memlock: { readonly connection: number; readonly verdict: MemlockVerdict } | undefined
  readonly #inside: InsideRuns
  #init = true
  /** Ended containers to what the kernel's log says of them; it is read once for each. */
  readonly #oomKilled = new Map<string, boolean>()
  readonly #running = new KnownRunning()

  constructor(options: DockerRuntimeOptions) {
    this.#options = options
    this.#client = new DockerClient(options.sockets)
    this.#inside = new InsideRuns(this.#client)
  }

  info(): Promise<RuntimeFacts> {
    const directories = this.#options.cdiDirectories ?? ['/etc/cdi', '/var/run/cdi']
    return readEngineInfo(this.#client, directories, (socketPath) => this.#memlockVerdict(socketPath))
  }

  async list(): Promise<readonly Instance[]> {
    const filters = JSON.stringify({ label: [`${label.host}=${this.#options.hostId}`] })
    const containers = await this.#client.call('Listing containers', callTimeoutMs, (docker, abortSignal) =>
      docker.listContainers({ all: true, filters, abortSignal }),
    )
    this.#running.keepOnly(new Set(containers.map(({ Id }) => Id)))
    const instances = await Promise.all(
      containers.map(({ Id, State }) => (State === 'running' ? this.#running.get(Id) : undefined) ?? this.#inspect(Id)),
    )
    return instances.filter((instance) => instance?.identity.hostId === this.#options.hostId) as Instance[]
  }

  async hasArtifact(spec: ReplicaSpec): Promise<boolean> {
    try {
      await this.#client.call('Looking for an image', callTimeoutMs, (docker, abortSignal) =>
        docker.getImage(spec.image).inspect({ abortSignal } as Docker.ImageInspectOptions),
      )
      return true
    } catch (error) {
      if (statusOf(error) === 404) return false
      throw error
    }
  }

  pull(image: string, onPercent: (percent: number) => void, signal: AbortSignal): Promise<void> {
    return pullImage(this.#client, image, onPercent, signal)
  }

  async launch(request: LaunchRequest): Promise<Instance> {
    const id = await this.#launch(request)
    const instance = await this.#inspect(id)
    if (!instance) throw new HostlerError('LAUNCH_FAILED', `The container of ${request.spec.id} was removed by somebody as it started`)
    return instance
  }

  async stop(instance: Instance, graceMs: number): Promise<void> {
    const t = Math.ceil(graceMs / 1000)
    try {
      await this.#client.call('Stopping a container', graceMs + killTimeoutMs, (docker, abortSignal) =>
        docker.getContainer(instance.id).stop({ t, abortSignal }),
      )
    } catch (error) {
      if (!gone.has(statusOf(error))) throw error
    }
  }

  async remove(instance: Instance): Promise<void> {
    this.#oomKilled.delete(instance.id)
    try {
      await this.#client.call('Removing a container', killTimeoutMs, (docker, abortSignal) =>
        docker.getContainer(instance.id).remove({ force: true, v: true, abortSignal }),
      )
    } catch (error) {
      if (!gone.has(statusOf(error)) && !/already in progress/.test(engineMessage(error))) throw error
    }
  }

  logs(instance: Instance, options: LogOptions, signal: AbortSignal): AsyncIterable<Buffer> {
    return containerLogs(this.#client, instance.id, options, signal)
  }

  runInside(instance: Instance, command: readonly string[], deadlineMs: number, signal: AbortSignal): Promise<InsideRun> {
    return this.#inside.run(instance.id, command, deadlineMs, signal)
  }

  async *events(signal: AbortSignal): AsyncGenerator<RuntimeEvent> {
    for await (const event of containerEvents(this.#client, this.#options.hostId, this.#options.log, signal)) {
      if (event.kind === 'resync') this.#running.forgetAll()
      else this.#running.forget(event.instanceId)
      yield event
    }
  }

  async #inspect(id: string): Promise<Instance | undefined> {
    try {
      const instance = instanceOf(
        await this.#client.call('Inspecting a container', callTimeoutMs, (docker, abortSignal) =>
          docker.getContainer(id).inspect({ abortSignal }),
        ),
      )
      if (instance) this.#running.put(instance)
      if (instance?.state !== 'exited' || instance.oomKilled || instance.exitCode === 0) return instance
      return { ...instance, oomKilled: await this.#wasOomKilled(id) }
    } catch (error) {
      if (statusOf(error) === 404) return undefined
      throw error
    }
  }

  async #wasOomKilled(id: string): Promise<boolean> {
    const known = this.#oomKilled.get(id)
    if (known !== undefined) return known
    const killed = await kernelKilledForMemory(id)
    this.#oomKilled.set(id, killed)
    return killed
  }

  async #memlockVerdict(socketPath: string): Promise<MemlockVerdict> {
    const connection = this.#client.connections
    if (this.#memlock?.connection !== connection) this.#memlock = { connection, verdict: await probeEngineMemlock(socketPath) }
    return this.#memlock.verdict
  }

  /** Learns from what the engine refuses: each lesson is taken once, and the launch tried again without that feature. */
  async #launch(request: LaunchRequest): Promise<string> {
    const { spec } = request
    const { gpuRequests, cdiDevices, problem } = await this.info()
    if (problem !== '') throw new HostlerError('RUNTIME_UNAVAILABLE', problem)
    const sysctls = this.#options.sysctls?.() ?? {}
    for (;;) {
      const memlock = await this.#memlockVerdict(this.#client.socketPath)
      const wanted = spec.memlock !== 'off'
      if (spec.memlock === 'require' && !memlock.grantable)
        throw new HostlerError(
          'MEMLOCK_UNAVAILABLE',
          `The spec requires an unlimited memlock limit, but ${memlock.evidence}: ${memlockRemedy}`,
        )
      const features = { gpuRequests, cdiDevices, memlock: wanted && memlock.grantable, init: this.#init, sysctls }
      try {
        return await tryLaunch(this.#client, request, features, wanted && !memlock.grantable ? memlock.evidence : '')
      } catch (error) {
        const message = engineMessage(error)
        if (features.memlock && isMemlockRefusal(message)) {
          this.#memlock = {
            connection: this.#client.connections,
            verdict: { grantable: false, evidence: `the container engine refused it (${message})` },
          }
          this.#options.log.warn('the container engine cannot raise the memlock limit', { engineMessage: message })
        } else if (features.init && /docker-init|catatonit|init binary/i.test(message)) {
          this.#init = false
          this.#options.log.warn('the container engine has no init process to give', { engineMessage: message })
        } else throw launchError(request, error)
      }
    }
  }
}
