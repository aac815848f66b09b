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

export const readBootId = async (): Promise<string> => (await readText('/proc/sys/kernel/random/boot_id'))?.trim() ?? ''

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

/** The process that has a socket of this inode open. */
export const ownerOfSocket = async (inode: string): Promise<number | undefined> => {
  const wanted = `socket:[${inode}]`
  for (const pid of await processIds()) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => [])
    for (const file of files) if ((await readlink(`/proc/${pid}/fd/${file}`).catch(() => '')) === wanted) return pid
  }
  return undefined
}

/** The process that listens on a unix socket of this path, in this network namespace. */
export const listenerOfUnixSocket = async (path: string): Promise<number | undefined> => {
  for (const line of (await readText('/proc/net/unix'))?.split('\n') ?? []) {
    const [, , , flags, , , inode, name] = line.trim().split(/\s+/)
    // 00010000: accepts connections.
    if (name === path && flags === '00010000' && inode) return ownerOfSocket(inode)
  }
  return undefined
}
