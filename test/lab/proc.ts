import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { eventually } from './wait.ts'

/** The value, or undefined where the process or file is already gone. */
export const ifThere = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** The ids of all processes but this one. */
export const otherProcesses = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid)

/** A process' network namespace as the kernel names it: net:[INODE]. */
export const networkNamespaceOf = (pid: number): string | undefined => ifThere(() => readlinkSync(`/proc/${pid}/ns/net`))

/** The value of a variable in the environment that a process was started with. */
export const environmentVariableOf = (pid: number, name: string): string | undefined =>
  ifThere(() => readFileSync(`/proc/${pid}/environ`, 'latin1'))
    ?.split('\0')
    .find((entry) => entry.startsWith(`${name}=`))
    ?.slice(name.length + 1)

/** Kills what `find` finds until it finds nothing any more; fails after 15 seconds. */
export const killAll = async (find: () => readonly number[], what: string): Promise<void> => {
  await eventually(
    () => {
      const found = find()
      for (const pid of found) ifThere(() => process.kill(pid, 'SIGKILL'))
      return found.length === 0
    },
    { deadlineMs: 15_000, what: `${what} to be gone`, everyMs: 20 },
  )
}
