import { readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { sysctlKey, sysctlPath } from '../../shared/tuning/sysctl-key.ts'
import { normalValue } from '../../shared/tuning/value.ts'
import type { Places } from './places.ts'
import { type RunOptions, runProgram } from './run-program.ts'

/** Namespaces that have sysctls of their own. */
export type NamespaceKind = 'net' | 'ipc'

const ipcKeys = /^(kernel\.(shm\w*|msg\w*|sem|sem_next_id)|fs\.mqueue\.\w+)$/

/** The namespace that decides a sysctl; undefined: the host's alone. Some of net.* are the host's too: those are not there in other namespaces. */
export const namespaceOf = (key: string): NamespaceKind | undefined => {
  if (key.startsWith('net.')) return 'net'
  return ipcKeys.test(key) ? 'ipc' : undefined
}

/** Whether a process lives in another namespace than this agent; undefined: it is gone, or may not be looked at. */
export const hasOwn = async ({ proc }: Places, pid: number, kind: NamespaceKind): Promise<boolean | undefined> => {
  const [its, ours] = await Promise.all([String(pid), 'self'].map((name) => readlink(join(proc, name, 'ns', kind)).catch(() => undefined)))
  return its === undefined || ours === undefined ? undefined : its !== ours
}

export interface NamespaceValues {
  /** By key; a key that is not there is the host's alone. */
  readonly values: ReadonlyMap<string, string>
  /** Why they could not be read; empty: they were. */
  readonly why: string
}

/**
 * Sysctls as a process sees them. /proc/sys/net shows the namespace of whoever reads it, not that of the process under whose /proc/PID/root
 * it is read, so a child goes into the namespace and reads there.
 */
export const readInside = async (
  pid: number,
  kind: NamespaceKind,
  keys: readonly string[],
  options: RunOptions,
): Promise<NamespaceValues> => {
  if (keys.length === 0) return { values: new Map(), why: '' }
  const files = keys.map((key) => `/proc/sys/${sysctlPath(key)}`)
  const { output, why } = await runProgram('nsenter', [`--target=${pid}`, `--${kind}`, 'grep', '-sH', '', ...files], options)
  const values = new Map<string, string>()
  for (const line of output.split('\n')) {
    const [, path, value] = /^\/proc\/sys\/([^:]+):(.*)$/.exec(line) ?? []
    if (path !== undefined && value !== undefined) values.set(sysctlKey(path), normalValue(value))
  }
  // grep ends with 2 when one of the files is not there.
  return { values, why: values.size === 0 ? why : '' }
}

/** Listening sockets in the namespace of a process, as `ss` prints them; empty when they cannot be read. */
export const listenersInside = async (pid: number | undefined, options: RunOptions): Promise<string> => {
  const ss = ['ss', '-H', '-l', '-t', '-n']
  const [program = '', ...args] = pid === undefined ? ss : ['nsenter', `--target=${pid}`, '--net', ...ss]
  const { ok, output } = await runProgram(program, args, options)
  return ok ? output : ''
}

/** The file of protocol counters in the namespace of a process, or of this one. */
export const countersFile = ({ proc }: Places, pid: number | undefined): string =>
  join(proc, pid === undefined ? '' : String(pid), 'net/netstat')
