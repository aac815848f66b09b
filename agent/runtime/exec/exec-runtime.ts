import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../../../shared/errors/hostler-error.ts'
import type { ReplicaSpec } from '../../../shared/fleet/replica.ts'
import { judgeOwnMemlock } from '../memlock.ts'
import { readBootId, readPrivileges } from '../proc.ts'
import type { Instance, InstanceState, LaunchRequest, LogOptions, Runtime, RuntimeEvent, RuntimeFacts } from '../runtime.ts'
import { killedForMemory, removeCgroup } from './cgroup.ts'
import { ends, type Sight } from './ends.ts'
import { findProgram } from './find-program.ts'
import { launchProcess } from './launch.ts'
import { type Life, lifeOf } from './life.ts'
import { readLog } from './log-segments.ts'
import { type ExecState, readState, readStates, removeDirectory } from './record.ts'
import { stopProcesses } from './stop.ts'

export interface ExecRuntimeOptions {
  /** Only instances recorded for this host are ever seen. */
  readonly hostId: string
  /** The agent's state directory; survives the agent, and reboots. */
  readonly stateDir: string
  /** What engines inherit, PATH at least. */
  readonly baseEnv: Readonly<Record<string, string>>
  readonly cgroupRoot?: string
  readonly workingDirectory?: string
}

const stateOf = ({ leader }: ExecState, { running }: Life): InstanceState => (running ? 'running' : leader ? 'exited' : 'created')

/** Engines installed on the host, each as a supervised process group that outlives the agent. */
export class ExecRuntime implements Runtime {
  readonly name = 'exec'
  readonly #options: ExecRuntimeOptions
  readonly #root: string

  constructor(options: ExecRuntimeOptions) {
    this.#options = options
    this.#root = join(options.stateDir, 'exec')
  }

  async info(): Promise<RuntimeFacts> {
    const verdict = judgeOwnMemlock(await readPrivileges(process.pid))
    const facts = { name: 'exec', version: '', gpuRequests: true, cdiDevices: [] }
    const memlock = { memlockUnlimited: verdict.grantable, memlockEvidence: verdict.evidence }
    try {
      await mkdir(this.#root, { recursive: true, mode: 0o700 })
      return { ...facts, ...memlock, problem: '' }
    } catch (error) {
      return { ...facts, ...memlock, problem: `The state directory ${this.#root} cannot be used: ${messageOf(error)}` }
    }
  }

  async list(): Promise<readonly Instance[]> {
    const [states, bootId] = await Promise.all([this.#ours(), readBootId()])
    return Promise.all(states.map((state) => this.#instance(state, bootId)))
  }

  async hasArtifact(spec: ReplicaSpec): Promise<boolean> {
    const [command] = spec.command
    const path = spec.env.PATH ?? this.#options.baseEnv.PATH ?? ''
    return command !== undefined && (await findProgram(command, path)) !== undefined
  }

  async pull(): Promise<void> {
    // A program is installed by people; preflight says when it is missing.
  }

  async launch(request: LaunchRequest): Promise<Instance> {
    const state = await launchProcess(request, {
      root: this.#root,
      cgroupRoot: this.#options.cgroupRoot ?? '/sys/fs/cgroup',
      baseEnv: this.#options.baseEnv,
      workingDirectory: this.#options.workingDirectory ?? '/',
    })
    return this.#instance(state, state.record.bootId)
  }

  async stop(instance: Instance, graceMs: number): Promise<void> {
    const state = await readState(this.#root, instance.id)
    if (state && state.record.bootId === (await readBootId())) await stopProcesses(this.#root, state, graceMs)
  }

  async remove(instance: Instance): Promise<void> {
    const state = await readState(this.#root, instance.id)
    if (!state) return
    // What the engine left behind still holds the GPU, so it goes before the record does.
    await this.stop(instance, 0)
    await removeCgroup(state.record.cgroup)
    await removeDirectory(state.directory)
  }

  logs(instance: Instance, options: LogOptions, signal: AbortSignal): AsyncIterable<Buffer> {
    const ended = async (): Promise<boolean> => {
      const state = await readState(this.#root, instance.id)
      return !state || state.settled || !(await lifeOf(state, await readBootId())).running
    }
    return readLog(join(this.#root, instance.id), options.tailLines, options.follow, ended, signal)
  }

  events(signal: AbortSignal): AsyncGenerator<RuntimeEvent> {
    return ends(this.#root, () => this.#sights(), signal)
  }

  async #ours(): Promise<readonly ExecState[]> {
    return (await readStates(this.#root)).filter(({ record }) => record.identity.hostId === this.#options.hostId)
  }

  async #sights(): Promise<readonly Sight[]> {
    const [states, bootId] = await Promise.all([this.#ours(), readBootId()])
    return Promise.all(
      states.map(async (state) => {
        const life = await lifeOf(state, bootId)
        return { ...life, id: state.record.id, state: stateOf(state, life) }
      }),
    )
  }

  async #instance(state: ExecState, bootId: string): Promise<Instance> {
    const { record } = state
    const life = await lifeOf(state, bootId)
    const { running } = life
    // One that ended while it was looked at has written how since.
    const { exitCode } = (!running && state.exitCode === undefined && (await readState(this.#root, record.id))) || state
    return {
      runtime: 'exec',
      id: record.id,
      identity: record.identity,
      state: stateOf(state, life),
      pid: running ? (state.enginePid ?? state.leader?.pid) : undefined,
      startedUnixMs: record.createdUnixMs,
      exitCode: running ? undefined : exitCode,
      oomKilled: !running && (await killedForMemory(record.cgroup)),
      warnings: record.warnings,
    }
  }
}
