import { watch } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../../../shared/errors/hostler-error.ts'
import type { ReplicaSpec } from '../../../shared/fleet/replica.ts'
import { untilBeat } from '../../../shared/lifecycle/beat.ts'
import { Wake } from '../../../shared/lifecycle/wake.ts'
import { judgeOwnMemlock } from '../memlock.ts'
import { readBootId, readPrivileges } from '../proc.ts'
import type { Instance, InstanceState, LaunchRequest, LogOptions, Runtime, RuntimeEvent, RuntimeFacts } from '../runtime.ts'
import { killedForMemory, removeCgroup } from './cgroup.ts'
import { findProgram } from './find-program.ts'
import { launchProcess } from './launch.ts'
import { readLog } from './log-segments.ts'
import { leaderAlive, membersOf } from './members.ts'
import { type ExecState, readState, readStates, removeDirectory, sinceCodeMs } from './record.ts'
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

/** How often processes are looked at besides what their wrappers tell: a wrapper that was killed tells nothing. */
const pollMs = 1_000
/** Where there are none. A launch makes a directory, which is told. */
const emptyPollMs = 10_000
/** A child that keeps the log open does not keep the engine's exit from being noticed. */
const logPatienceMs = 2_000

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
    const [states, bootId] = await Promise.all([readStates(this.#root), readBootId()])
    const ours = states.filter(({ record }) => record.identity.hostId === this.#options.hostId)
    return Promise.all(ours.map((state) => this.#instance(state, bootId)))
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
      return !state || state.settled || !(await this.#running(state, await readBootId()))
    }
    return readLog(join(this.#root, instance.id), options.tailLines, options.follow, ended, signal)
  }

  async *events(signal: AbortSignal): AsyncGenerator<RuntimeEvent> {
    await mkdir(this.#root, { recursive: true, mode: 0o700 })
    const wake = new Wake()
    const watcher = watch(this.#root, () => wake.wake())
    watcher.on('error', () => {})
    try {
      let before = await this.#states()
      yield { kind: 'resync', instanceId: '' }
      while (!signal.aborted) {
        await wake.wait(untilBeat(performance.now(), before.size === 0 ? emptyPollMs : pollMs), signal)
        const now = await this.#states()
        // One that began and ended between two looks was never seen to run.
        for (const [instanceId, state] of now)
          if (state === 'exited' && before.get(instanceId) !== state) yield { kind: 'exited', instanceId }
        for (const [instanceId, state] of before) if (state === 'running' && !now.has(instanceId)) yield { kind: 'exited', instanceId }
        before = now
      }
    } finally {
      watcher.close()
    }
  }

  async #states(): Promise<ReadonlyMap<string, InstanceState>> {
    return new Map((await this.list()).map(({ id, state }) => [id, state]))
  }

  async #running(state: ExecState, bootId: string): Promise<boolean> {
    if (state.record.bootId !== bootId || state.settled) return false
    const sinceExitMs = await sinceCodeMs(state, Date.now())
    if (sinceExitMs !== undefined && sinceExitMs > logPatienceMs) return false
    if (await leaderAlive(state)) return true
    // The wrapper alone was killed: its engine may live on.
    return state.exitCode === undefined && (await membersOf(state)).length > 0
  }

  async #instance(state: ExecState, bootId: string): Promise<Instance> {
    const { record } = state
    const running = await this.#running(state, bootId)
    return {
      runtime: 'exec',
      id: record.id,
      identity: record.identity,
      state: running ? 'running' : state.leader ? 'exited' : 'created',
      pid: running ? (state.enginePid ?? state.leader?.pid) : undefined,
      startedUnixMs: record.createdUnixMs,
      exitCode: running ? undefined : state.exitCode,
      oomKilled: !running && (await killedForMemory(record.cgroup)),
      warnings: record.warnings,
    }
  }
}
