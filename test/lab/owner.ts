import { readFileSync } from 'node:fs'

/** A process that made something, told apart from a later process with the same id by its start time. */
export interface Owner {
  readonly pid: number
  /** Clock ticks between the machine's boot and the start of the process. */
  readonly startTicks: string
}

/** Every process that the lab starts carries these, so that a later run can find what a dead one left behind. */
export const ownerVariable = 'LAB_OWNER'
export const runVariable = 'LAB_RUN'

const startTicksOf = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The command in parentheses may hold spaces; state is the first field after it, the start time the 20th.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

export const thisProcess = (): Owner => ({ pid: process.pid, startTicks: startTicksOf(process.pid) ?? '' })

export const isAlive = ({ pid, startTicks }: Owner): boolean => startTicksOf(pid) === startTicks

export const formatOwner = ({ pid, startTicks }: Owner): string => `${pid}-${startTicks}`

export const parseOwner = (text: string): Owner | undefined => {
  const match = /^(\d+)-(\d+)$/.exec(text)
  return match ? { pid: Number(match[1]), startTicks: match[2] ?? '' } : undefined
}
