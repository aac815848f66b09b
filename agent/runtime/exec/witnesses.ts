import { KernelFile } from '../../observe/kernel-file.ts'
import { isDead, type ProcessStat, parseStat } from '../proc.ts'

/**
 * Processes whose end is waited for. Each is asked for by its open file in /proc: that takes some 10 µs, no other thread, and an open one is
 * never that of a later process with the same pid.
 */
export class Witnesses implements Disposable {
  #files = new Map<KernelFile, ProcessStat>()

  follow(processes: readonly ProcessStat[]): void {
    this[Symbol.dispose]()
    this.#files = new Map(processes.map((stat) => [new KernelFile(`/proc/${stat.pid}/stat`), stat]))
  }

  allAlive(): boolean {
    for (const [file, { startTicks }] of this.#files) {
      const now = parseStat(file.read() ?? '')
      if (!now || now.startTicks !== startTicks || isDead(now)) return false
    }
    return true
  }

  [Symbol.dispose](): void {
    for (const file of this.#files.keys()) file[Symbol.dispose]()
    this.#files.clear()
  }
}
