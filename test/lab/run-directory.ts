import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatOwner, isAlive, parseOwner, thisProcess } from './owner.ts'

/**
 * What every run of the lab leaves a trace in, so that a later run can remove what a killed one left behind. It is under /run
 * because everything named here ends with the machine's boot, and short because socket paths under it are limited to 107 bytes.
 */
export const labDirectory = '/run/hostler-lab'
const runsDirectory = join(labDirectory, 'runs')
const locksDirectory = join(labDirectory, 'locks')

export const runDirectory = (runId: string): string => join(runsDirectory, runId)

/** Names a new run and makes its directory. The id is 6 hexadecimal digits: it has to fit in interface names. */
export const openRunDirectory = async (): Promise<string> => {
  const runId = randomBytes(3).toString('hex')
  await mkdir(runsDirectory, { recursive: true })
  await mkdir(locksDirectory, { recursive: true })
  // The owner is written first and the name comes last, so that no other process ever sees a run without an owner.
  const unnamed = join(labDirectory, `new-${runId}`)
  await mkdir(unnamed)
  await writeFile(join(unnamed, 'owner'), formatOwner(thisProcess()))
  await rename(unnamed, runDirectory(runId))
  return runId
}

/** Removes the directory of a run with its locks. Whoever takes a lock next must find nothing of this run in use. */
export const closeRunDirectory = async (runId: string): Promise<void> => {
  for (const name of await entriesOf(locksDirectory)) {
    const lock = join(locksDirectory, name)
    if ((await holderOf(lock)) === runId) await rm(lock, { force: true })
  }
  await rm(runDirectory(runId), { recursive: true, force: true })
}

/** The runs whose process has died without removing them. */
export const deadRuns = async (): Promise<string[]> => {
  const runs = await entriesOf(runsDirectory)
  const dead = await Promise.all(runs.map(async (runId) => !(await hasLiveOwner(runId))))
  return runs.filter((_, index) => dead[index])
}

/** A directory that outlives runs but not the machine's boot; whoever holds the lock of that name uses it. */
export const volatileDirectory = (lockName: string): string => join(labDirectory, 'kept', lockName)

/** Takes a lock by name for a run, until its directory is closed; false when a run has it already. */
export const takeLock = async (runId: string, name: string): Promise<boolean> => {
  try {
    await symlink(runId, join(locksDirectory, name))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

export const entriesOf = async (directory: string): Promise<string[]> => {
  try {
    return await readdir(directory)
  } catch {
    return []
  }
}

const holderOf = async (lock: string): Promise<string | undefined> => {
  try {
    return await readlink(lock)
  } catch {
    return undefined
  }
}

const hasLiveOwner = async (runId: string): Promise<boolean> => {
  try {
    const owner = parseOwner(await readFile(join(runDirectory(runId), 'owner'), 'utf8'))
    return owner !== undefined && isAlive(owner)
  } catch {
    return false
  }
}
