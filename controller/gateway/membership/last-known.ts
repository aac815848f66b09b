import { readFile } from 'node:fs/promises'
import { errnoOf, messageOf } from '../../../shared/errors/hostler-error.ts'
import type { Snapshot } from '../../../shared/fleet/membership.ts'
import { writeFileAtomic } from '../../../shared/lifecycle/atomic-file.ts'
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

/** Keeps the newest snapshot on disk, for its owner alone: it holds the keys of the replicas. Writes follow one another; one that is overtaken is not written. */
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
        await writeFileAtomic(this.#path, JSON.stringify(snapshot), { mode: 0o600 })
      } catch (error) {
        this.#log.error('the membership could not be kept on disk', { path: this.#path, reason: messageOf(error) })
      }
    }
    this.#writing = undefined
  }
}
