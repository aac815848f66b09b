import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errnoOf, messageOf } from '../../../shared/errors/hostler-error.ts'
import type { Snapshot } from '../../../shared/fleet/membership.ts'
import type { Log } from '../../../shared/log/log.ts'
import { snapshotSchema } from './snapshot-schema.ts'

/** The last snapshot that was kept, or undefined when there is none that can be used (which is logged, and no reason not to start). */
export const loadLastKnown = async (path: string, log: Log): Promise<Snapshot | undefined> => {
  try {
    return snapshotSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') log.warn('the last known membership cannot be used', { path, reason: messageOf(error) })
    return undefined
  }
}

/** Whole or not at all, and for nobody else's eyes: it holds the keys of the replicas. */
const replaceFile = async (path: string, content: string): Promise<void> => {
  const temporary = `${path}.${process.pid}.tmp`
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await rm(temporary, { force: true })
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** Keeps the newest snapshot on disk. Writes follow one another; one that is overtaken is not written. */
export class LastKnown {
  readonly #path: string
  readonly #log: Log
  #newest: Snapshot | undefined
  #writing: Promise<void> | undefined

  constructor(path: string, log: Log) {
    this.#path = path
    this.#log = log
  }

  /** Never throws: a gateway whose disk is full serves on. */
  keep(snapshot: Snapshot): void {
    this.#newest = snapshot
    this.#writing ??= this.#write()
  }

  /** Resolves when all that was kept is on disk, or was given up. */
  async settled(): Promise<void> {
    await this.#writing
  }

  async #write(): Promise<void> {
    while (this.#newest) {
      const snapshot = this.#newest
      this.#newest = undefined
      try {
        await replaceFile(this.#path, JSON.stringify(snapshot))
      } catch (error) {
        this.#log.error('the membership could not be kept on disk', { path: this.#path, reason: messageOf(error) })
      }
    }
    this.#writing = undefined
  }
}
