import { readdir, readFile, readlink } from 'node:fs/promises'

/** Readers of /proc. A process that is gone, or that may not be read, gives undefined. */

export interface ProcessStat {
  readonly pid: number
  readonly name: string
  /** Z: a zombie, already dead. */
  readonly state: string
  readonly processGroup: number
  readonly session: number
  /** Clock ticks after boot; with the pid it names a process for good. */
  readonly startTicks: number
}

/** Parses one line of /proc/PID/stat. The name stands in brackets and may itself hold brackets and spaces. */
export const parseStat = (text: string): ProcessStat | undefined => {
  const open = text.indexOf('(')
  const close = text.lastIndexOf(')')
  if (open < 0 || close < open) return undefined
  const fields = text
    .slice(close + 2)
    .trim()
    .split(' ')
  const [state, , processGroup, session] = fields
  const startTicks = fields[19]
  const pid = Number.parseInt(text, 10)
  if (state === undefined || startTicks === undefined || !Number.isInteger(pid)) return undefined
  return {
    pid,
    name: text.slice(open + 1, close),
    state,
    processGroup: Number(processGroup),
    session: Number(session),
    startTicks: Number(startTicks),
  }
}

/** A zombie has ended, whether or not its parent has asked how. */
export const isDead = ({ state }: ProcessStat): boolean => state === 'Z' || state === 'X'

const readText = async (file: string): Promise<string | undefined> => {
  try {
    return await readFile(file, 'latin1')
  } catch {
    return undefined
  }
}

export const readStat = async (pid: number): Promise<ProcessStat | undefined> => {
  const text = await readText(`/proc/${pid}/stat`)
  return text === undefined ? undefined : parseStat(text)
}

export const readCgroup = (pid: number): Promise<string | undefined> => readText(`/proc/${pid}/cgroup`)

/** The environment a process was started with; engines that rewrite their title may have overwritten it. */
export const readEnvironment = async (pid: number): Promise<readonly string[]> =>
  (await readText(`/proc/${pid}/environ`))?.split('\0') ?? []

export const processIds = async (): Promise<number[]> => (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)

let bootId = ''

/** It cannot change while this process lives, and it is asked for every second. */
export const readBootId = async (): Promise<string> => {
  if (bootId === '') bootId = (await readText('/proc/sys/kernel/random/boot_id'))?.trim() ?? ''
  return bootId
}

export interface Privileges {
  readonly effectiveCapabilities: bigint
  /** Bytes; Infinity when unlimited. */
  readonly memlockHardBytes: number
  /** The user namespace it lives in, as /proc names it. */
  readonly userNamespace: string
}

export const readPrivileges = async (pid: number): Promise<Privileges | undefined> => {
  const [status, limits, userNamespace] = await Promise.all([
    readText(`/proc/${pid}/status`),
    readText(`/proc/${pid}/limits`),
    readlink(`/proc/${pid}/ns/user`).catch(() => ''),
  ])
  const capabilities = status && /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1]
  const memlock = limits && /^Max locked memory\s+\S+\s+(\S+)/m.exec(limits)?.[1]
  if (!capabilities || !memlock) return undefined
  return {
    effectiveCapabilities: BigInt(`0x${capabilities}`),
    memlockHardBytes: memlock === 'unlimited' ? Number.POSITIVE_INFINITY : Number(memlock),
    userNamespace,
  }
}

const holdsSocket = async (pid: number, inode: string): Promise<boolean> => {
  const wanted = `socket:[${inode}]`
  const files = await readdir(`/proc/${pid}/fd`).catch(() => [])
  for (const file of files) if ((await readlink(`/proc/${pid}/fd/${file}`).catch(() => '')) === wanted) return true
  return false
}

/** The process that has a socket of this inode open. */
export const ownerOfSocket = async (inode: string): Promise<number | undefined> => {
  for (const pid of await processIds()) if (await holdsSocket(pid, inode)) return pid
  return undefined
}

/** The inode of the unix socket that listens at one of these paths, in the network namespace of the process. */
const listeningInode = async (pid: number, paths: ReadonlySet<string>): Promise<string | undefined> => {
  for (const line of (await readText(`/proc/${pid}/net/unix`))?.split('\n') ?? []) {
    const [, , , flags, , , inode, name] = line.trim().split(/\s+/)
    // 00010000: accepts connections.
    if (name && paths.has(name) && flags === '00010000') return inode
  }
  return undefined
}

/**
 * The process of one of these names that listens on a unix socket at one of these paths. The name matters: a service manager that
 * activates by socket has it open as well.
 */
export const listenerOfUnixSocket = async (paths: ReadonlySet<string>, names: ReadonlySet<string>): Promise<number | undefined> => {
  for (const pid of await processIds()) {
    const stat = await readStat(pid)
    if (!stat || !names.has(stat.name)) continue
    const inode = await listeningInode(pid, paths)
    if (inode !== undefined && (await holdsSocket(pid, inode))) return pid
  }
  return undefined
}
