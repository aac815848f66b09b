import type { StateFiles } from '../../../shared/lifecycle/state-files.ts'
import type { Process } from './process.ts'
import type { Random } from './random.ts'

const errno = (code: string, text: string): Error => Object.assign(new Error(`${code}: ${text}`), { code })

/** A disk with a few small files. What was replaced durably is there after any crash. */
export class Disk {
  readonly #files = new Map<string, string>()
  full = false

  text(file: string): string | undefined {
    return this.#files.get(file)
  }

  /** As one process sees it. A replacement happens at one moment within its call, whether or not the caller lives to hear of it. */
  filesFor(process: Process, random: Random): StateFiles {
    return {
      read: (file) =>
        process.call(0, random.latency(0.2), () => {
          const text = this.#files.get(file)
          if (text === undefined) throw errno('ENOENT', `no such file, open '${file}'`)
          return text
        }),
      replace: (file, text) =>
        process.call(random.latency(2), random.latency(1), () => {
          if (this.full) throw errno('ENOSPC', 'no space left on device, write')
          this.#files.set(file, text)
        }),
      rename: (from, to) =>
        process.call(random.latency(0.5), random.latency(0.5), () => {
          const text = this.#files.get(from)
          if (text === undefined) throw errno('ENOENT', `no such file, rename '${from}'`)
          this.#files.delete(from)
          this.#files.set(to, text)
        }),
    }
  }
}
