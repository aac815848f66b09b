import { closeSync, openSync, readSync } from 'node:fs'

/** Shared by all readers: a read ends before the next begins. The largest file read here has a row a CPU. */
const buffer = Buffer.allocUnsafe(256 * 1024)
/** The kernel hands out at least three quarters of a page at a time unless the file ends there, so less than this is all of it. */
const wholeBytes = 1024

/**
 * A file that the kernel makes anew at each read from its start (/proc, /sys, cgroups), kept open. Reading one synchronously takes
 * 5 to 20 µs and cannot wait for a disk; opening it through the thread pool each time costs ten times as much CPU. Only for files
 * of which that holds.
 */
export class KernelFile implements Disposable {
  readonly #path: string
  #descriptor: number | undefined

  constructor(path: string) {
    this.#path = path
  }

  /** Its text, at most 256 KiB; undefined while it is not there or may not be read. */
  read(): string | undefined {
    try {
      this.#descriptor ??= openSync(this.#path, 'r')
      let length = 0
      for (;;) {
        const read = readSync(this.#descriptor, buffer, length, buffer.length - length, length)
        length += read
        if (read === 0 || length < wholeBytes || length === buffer.length) return buffer.toString('latin1', 0, length)
      }
    } catch {
      this[Symbol.dispose]()
      return undefined
    }
  }

  /** Its text as one number; undefined for anything else, such as `max`. */
  readNumber(): number | undefined {
    const text = this.read()?.trim()
    return text === undefined || text === '' || !Number.isFinite(Number(text)) ? undefined : Number(text)
  }

  [Symbol.dispose](): void {
    if (this.#descriptor === undefined) return
    const descriptor = this.#descriptor
    this.#descriptor = undefined
    try {
      closeSync(descriptor)
    } catch {
      // The kernel took the file away; the descriptor went with it.
    }
  }
}
