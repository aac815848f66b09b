import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks are 10 ms in everything the kernel tells user space, whatever its own clock does. */
const msPerTick = 10

interface ProcessTimes {
  readonly pid: number
  readonly parent: number
  /** User and system time of the process itself. */
  readonly ownMs: number
  /** That of its children that have ended and were waited for, and of theirs. */
  readonly endedChildrenMs: number
  /** The system time in both. */
  readonly systemMs: number
}

/** Of /proc/PID/stat. Pure; undefined when the text is not one. */
export const parseStat = (text: string): ProcessTimes | undefined => {
  // The command in parentheses may hold spaces and parentheses; the state is the first field after it.
  const close = text.lastIndexOf(')')
  const fields = text.slice(close + 2).split(' ')
  const ticks = (at: number) => Number(fields[at])
  const pid = Number.parseInt(text, 10)
  if (close === -1 || !(pid > 0) || fields.length < 20) return undefined
  return {
    pid,
    parent: ticks(1),
    ownMs: (ticks(11) + ticks(12)) * msPerTick,
    endedChildrenMs: (ticks(13) + ticks(14)) * msPerTick,
    systemMs: (ticks(12) + ticks(14)) * msPerTick,
  }
}

const read = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return undefined
  }
}

/** A process and all that descend from it, the process first. Empty when it is gone. */
const treeOf = (pid: number): readonly ProcessTimes[] => {
  const children = new Map<number, ProcessTimes[]>()
  let root: ProcessTimes | undefined
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const times = parseStat(read(`/proc/${name}/stat`) ?? '')
    if (!times) continue
    if (times.pid === pid) root = times
    const siblings = children.get(times.parent)
    if (siblings) siblings.push(times)
    else children.set(times.parent, [times])
  }
  if (!root) return []
  const found = [root]
  for (const { pid: parent } of found) found.push(...(children.get(parent) ?? []))
  return found
}

export interface CpuTimes {
  /** CPU time of the process itself since it started. */
  readonly ownMs: number
  /** With that of all that it ever started and waited for, or that still runs. */
  readonly withChildrenMs: number
  /** The part of withChildrenMs that was spent in the kernel. */
  readonly systemMs: number
}

/** @throws Error when the process is gone */
export const cpuTimesOf = (pid: number): CpuTimes => {
  const tree = treeOf(pid)
  const [own] = tree
  if (!own) throw new Error(`process ${pid} is gone; its CPU time cannot be read`)
  const sum = (timeOf: (times: ProcessTimes) => number) => tree.reduce((total, times) => total + timeOf(times), 0)
  return { ownMs: own.ownMs, withChildrenMs: sum((times) => times.ownMs + times.endedChildrenMs), systemMs: sum((times) => times.systemMs) }
}

export interface Memory {
  /** Resident, shared pages counted in full. */
  readonly rssMiB: number
  /** Resident, pages shared with other processes counted in proportion. */
  readonly pssMiB: number
  /** The part that no file backs: heaps and stacks. The rest is mostly Node's own program, which the kernel may drop and read again. */
  readonly anonymousMiB: number
}

const kibOf = (rollup: string, name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(rollup)?.[1] ?? Number.NaN)

/** @throws Error when the process is gone */
export const memoryOf = (pid: number): Memory => {
  const rollup = read(`/proc/${pid}/smaps_rollup`)
  if (!rollup) throw new Error(`process ${pid} is gone; its memory cannot be read`)
  const mib = (name: string) => kibOf(rollup, name) / 1024
  return { rssMiB: mib('Rss'), pssMiB: mib('Pss'), anonymousMiB: mib('Anonymous') }
}

/** Memory of a process and of all that descend from it, shared pages counted once. */
export const treePssMiB = (pid: number): number =>
  treeOf(pid).reduce((sum, one) => {
    const rollup = read(`/proc/${one.pid}/smaps_rollup`)
    return rollup ? sum + kibOf(rollup, 'Pss') / 1024 : sum
  }, 0)

/** What was used between two readings. */
export const cpuBetween = (before: CpuTimes, after: CpuTimes): CpuTimes => ({
  ownMs: after.ownMs - before.ownMs,
  withChildrenMs: after.withChildrenMs - before.withChildrenMs,
  systemMs: after.systemMs - before.systemMs,
})
