import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { HostlerError, messageOf } from '../../../shared/errors/hostler-error.ts'
import { pause } from '../../../shared/lifecycle/deadline.ts'
import { judgeOwnMemlock, memlockConsequence, memlockRemedy } from '../memlock.ts'
import { fillSpec } from '../placeholders.ts'
import { readBootId, readPrivileges } from '../proc.ts'
import type { LaunchRequest } from '../runtime.ts'
import { makeCgroup } from './cgroup.ts'
import { findProgram } from './find-program.ts'
import { instanceVariable } from './members.ts'
import { type ExecRecord, type ExecState, instanceDirectory, readState, writeRecord } from './record.ts'
import { wrapperScript } from './wrapper.ts'

export interface ExecLaunchOptions {
  /** Holds one directory per instance. */
  readonly root: string
  readonly cgroupRoot: string
  /** What engines inherit; the agent's own environment may hold secrets. */
  readonly baseEnv: Readonly<Record<string, string>>
  readonly workingDirectory: string
}

const startTimeoutMs = 10_000

const environment = (
  { spec, identity }: LaunchRequest,
  env: Readonly<Record<string, string>>,
  options: ExecLaunchOptions,
  id: string,
): Record<string, string> => {
  const gpus = spec.gpuUuids.join(',')
  return {
    ...options.baseEnv,
    ...(spec.modelPath === '' ? {} : { MODEL_PATH: spec.modelPath }),
    ...env,
    // Set last, and also when empty: an engine must not see a GPU that it was not given.
    NVIDIA_VISIBLE_DEVICES: gpus === '' ? 'void' : gpus,
    CUDA_VISIBLE_DEVICES: gpus,
    [instanceVariable]: id,
    HOSTLER_REPLICA: identity.replicaId,
  }
}

/** The memlock argument of the wrapper, and what to warn of. Throws MEMLOCK_UNAVAILABLE. */
const decideMemlock = async (policy: LaunchRequest['spec']['memlock']): Promise<{ argument: string; warnings: string[] }> => {
  if (policy === 'off') return { argument: '', warnings: [] }
  const own = judgeOwnMemlock(await readPrivileges(process.pid))
  if (own.grantable) return { argument: 'unlimited', warnings: [] }
  if (policy === 'require')
    throw new HostlerError('MEMLOCK_UNAVAILABLE', `The spec requires an unlimited memlock limit, but ${own.evidence}: ${memlockRemedy}`)
  return { argument: '', warnings: [`Launched without an unlimited memlock limit (${own.evidence}): ${memlockConsequence}.`] }
}

const decideCgroup = async (root: string, id: string, { spec }: LaunchRequest): Promise<{ directory: string; warnings: string[] }> => {
  const bounds = { requestMiB: spec.memoryRequestMiB, limitMiB: spec.memoryLimitMiB }
  if (bounds.requestMiB === 0 && bounds.limitMiB === 0) return { directory: '', warnings: [] }
  const made = await makeCgroup(root, id, bounds)
  if ('directory' in made) return { directory: made.directory, warnings: [] }
  return {
    directory: '',
    warnings:
      bounds.limitMiB > 0 ? [`The memory limit of ${bounds.limitMiB} MiB is not enforced: no cgroup could be made (${made.problem}).`] : [],
  }
}

/** Waits until the wrapper has said who it is, and which process is the engine. */
const started = async (root: string, id: string, failure: () => string): Promise<ExecState> => {
  const deadline = AbortSignal.timeout(startTimeoutMs)
  for (;;) {
    // Asked before looking: an engine that ended at once has written everything by the time its wrapper exits.
    const why = failure() || (deadline.aborted ? `nothing was heard of its wrapper within ${startTimeoutMs} ms` : '')
    const state = await readState(root, id)
    if (state?.leader && state.enginePid !== undefined) return state
    if (why !== '') throw new HostlerError('LAUNCH_FAILED', `The engine could not be started: ${why}`)
    await pause(5, deadline)
  }
}

/** Starts the wrapper and its engine in a session of their own. Throws COMMAND_MISSING, MEMLOCK_UNAVAILABLE or LAUNCH_FAILED. */
export const launchProcess = async (request: LaunchRequest, options: ExecLaunchOptions): Promise<ExecState> => {
  const { spec, identity } = request
  const filled = fillSpec(spec, { address: identity.address, port: identity.port, apiKey: spec.apiKey, modelPath: spec.modelPath })
  const [command, ...rest] = filled.command
  const id = `${identity.replicaId.replaceAll(/[^a-zA-Z0-9_-]/g, '-')}.${randomUUID().slice(0, 8)}`
  const env = environment(request, filled.env, options, id)
  const program = command && (await findProgram(command, env.PATH ?? ''))
  if (!program)
    throw new HostlerError('COMMAND_MISSING', `The program ${command ?? '(none given)'} of ${spec.id} is not on this host's search path`)
  const memlock = await decideMemlock(spec.memlock)
  const cgroup = await decideCgroup(options.cgroupRoot, id, request)
  const record: ExecRecord = {
    version: 1,
    id,
    identity,
    bootId: await readBootId(),
    createdUnixMs: Date.now(),
    cgroup: cgroup.directory,
    warnings: [...memlock.warnings, ...cgroup.warnings],
  }
  await writeRecord(options.root, record)
  const directory = instanceDirectory(options.root, id)
  const procs = cgroup.directory === '' ? '' : `${cgroup.directory}/cgroup.procs`
  let failure = ''
  const child = spawn(
    '/bin/sh',
    ['-c', wrapperScript, 'hostler-exec', directory, procs, memlock.argument, program, ...rest, ...filled.args],
    { cwd: options.workingDirectory, env, detached: true, stdio: 'ignore' },
  )
  child.on('error', (error) => {
    failure = messageOf(error)
  })
  child.on('exit', (code) => {
    failure ||= `its wrapper exited with ${code}`
  })
  child.unref()
  return started(options.root, id, () => failure)
}
