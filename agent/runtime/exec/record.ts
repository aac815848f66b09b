import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeFileAtomic } from '../../../shared/lifecycle/atomic-file.ts'
import { type ProcessStat, parseStat } from '../proc.ts'
import type { InstanceIdentity } from '../runtime.ts'

/** What the agent knew as it launched a process group; everything later is told by the wrapper's own files beside it. */
export interface ExecRecord {
  readonly version: 1
  readonly id: string
  readonly identity: InstanceIdentity
  /** Pids mean nothing after a reboot. */
  readonly bootId: string
  readonly createdUnixMs: number
  /** Directory of its memory cgroup; empty: none. */
  readonly cgroup: string
  readonly warnings: readonly string[]
}

/** A record together with what the wrapper has left so far. */
export interface ExecState {
  readonly record: ExecRecord
  readonly directory: string
  /** The wrapper, as it saw itself at its start. */
  readonly leader: ProcessStat | undefined
  readonly enginePid: number | undefined
  readonly exitCode: number | undefined
  /** The log is complete too. */
  readonly settled: boolean
}

const recordFile = 'record.json'

const text = async (directory: string, name: string): Promise<string | undefined> => {
  try {
    return await readFile(join(directory, name), 'utf8')
  } catch {
    return undefined
  }
}

const wholeNumber = (value: string | undefined): number | undefined => {
  const number = Number.parseInt(value ?? '', 10)
  return Number.isInteger(number) ? number : undefined
}

export const instanceDirectory = (root: string, id: string): string => join(root, id)

/** Durable before anything is started, so that no process of ours is ever without a record. Holds no secret. */
export const writeRecord = (root: string, record: ExecRecord): Promise<void> =>
  writeFileAtomic(join(instanceDirectory(root, record.id), recordFile), JSON.stringify(record), { mode: 0o600 })

export const readState = async (root: string, id: string): Promise<ExecState | undefined> => {
  const directory = instanceDirectory(root, id)
  const recorded = await text(directory, recordFile)
  if (recorded === undefined) return undefined
  let record: ExecRecord
  try {
    record = JSON.parse(recorded) as ExecRecord
  } catch {
    return undefined
  }
  const [leader, engine, code] = await Promise.all(['stat', 'engine', 'code'].map((name) => text(directory, name)))
  // After `code`, which is renamed to it: read the other way round, the one could be gone and the other not there yet.
  const exit = await text(directory, 'exit')
  return {
    record,
    directory,
    leader: leader === undefined ? undefined : parseStat(leader),
    enginePid: wholeNumber(engine),
    exitCode: wholeNumber(exit ?? code),
    settled: exit !== undefined,
  }
}

export const readStates = async (root: string): Promise<readonly ExecState[]> => {
  const names = await readdir(root, { withFileTypes: true }).catch(() => [])
  const states = await Promise.all(names.filter((name) => name.isDirectory()).map((name) => readState(root, name.name)))
  return states.filter((state) => state !== undefined)
}

/** The exit code that was seen from outside, for a wrapper that was killed before it could write one. */
export const writeExitCode = (state: ExecState, code: number): Promise<void> =>
  writeFileAtomic(join(state.directory, 'exit'), `${code}\n`, { mode: 0o600 })

/** How long ago the engine exited while its log is still open; undefined when it has not. */
export const sinceCodeMs = async (state: ExecState, nowUnixMs: number): Promise<number | undefined> => {
  try {
    return nowUnixMs - (await stat(join(state.directory, 'code'))).mtimeMs
  } catch {
    return undefined
  }
}

export const removeDirectory = (directory: string): Promise<void> => rm(directory, { recursive: true, force: true })
