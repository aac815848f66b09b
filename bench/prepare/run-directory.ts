import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

const runs = join(import.meta.dirname, '../../.cache/bench')

/** What a run keeps while it lasts. It is inside the checkout, because the bundled programs look for proto/ above themselves. */
export const runDirectoryOf = (pid: number): string => join(runs, `run-${pid}`)

/** Removes the directories of runs that were killed. */
export const clearDeadRuns = async (): Promise<void> => {
  const names = await readdir(runs).catch(() => [])
  for (const name of names) {
    const pid = Number(/^run-(\d+)$/.exec(name)?.[1])
    if (pid > 0 && !isAlive(pid)) await rm(join(runs, name), { recursive: true, force: true })
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
