import { stat } from 'node:fs/promises'
import type { MaintenanceSight } from '../domain/alert/inputs.ts'
import { listBackups } from '../store/backups.ts'

/** What was seen of backups, for alerts and metrics. */
export class MaintenanceSighting {
  readonly #wanted: boolean
  #newestUnixMs: number
  #failed = false

  private constructor(wanted: boolean, newestUnixMs: number) {
    this.#wanted = wanted
    this.#newestUnixMs = newestUnixMs
  }

  /** @param keepBackups 0: no backups are wanted */
  static async open(directory: string, keepBackups: number, nowUnixMs: number): Promise<MaintenanceSighting> {
    const newest = (await listBackups(directory)).find(({ schema }) => schema === undefined)
    const made = newest && (await stat(newest.file).catch(() => undefined))
    return new MaintenanceSighting(keepBackups > 0, made?.mtimeMs ?? nowUnixMs)
  }

  backedUp(atUnixMs: number): void {
    this.#newestUnixMs = atUnixMs
  }

  ended(failed: boolean): void {
    this.#failed = failed
  }

  at(nowUnixMs: number): MaintenanceSight {
    return { backupAgeMs: this.#wanted ? Math.max(0, nowUnixMs - this.#newestUnixMs) : undefined, failed: this.#failed }
  }
}
