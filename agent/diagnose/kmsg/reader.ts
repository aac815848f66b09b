import { closeSync, constants, openSync, readSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { errnoOf } from '../../../shared/errors/hostler-error.ts'
import { type KernelRecord, parseRecord } from './record.ts'

const recordBytes = 8 * 1024
/** Records between two turns of the event loop; a read takes a few microseconds. */
const perTurn = 200

/**
 * The kernel's log, opened so that no read ever waits: where nothing is left the kernel says EAGAIN. Reads are therefore made on the event
 * loop itself, and no thread of the pool is held.
 */
export class KernelLog implements Disposable {
  readonly #fd: number
  readonly #buffer = Buffer.alloc(recordBytes)
  #lastSequence = -1

  private constructor(fd: number) {
    this.#fd = fd
  }

  /** Begins at the oldest record that the kernel still has. Throws EACCES, EPERM or ENOENT where the log may not be read. */
  static open(path = '/dev/kmsg'): KernelLog {
    return new KernelLog(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK))
  }

  /** What has come since the last call, with the number of records that were overwritten before they could be read. */
  async *read(signal: AbortSignal): AsyncGenerator<{ readonly record: KernelRecord; readonly lost: number }> {
    for (let count = 1; !signal.aborted; count += 1) {
      const record = this.#next()
      if (record === 'end') return
      if (record) {
        const lost = this.#lastSequence < 0 ? 0 : Math.max(0, record.sequence - this.#lastSequence - 1)
        this.#lastSequence = record.sequence
        yield { record, lost }
      }
      if (count % perTurn === 0) await nextTurn()
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd)
  }

  #next(): KernelRecord | undefined | 'end' {
    // As a rule there is nothing new, and where an error was made is most of what Node does to say so.
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    try {
      const bytes = readSync(this.#fd, this.#buffer)
      return bytes === 0 ? 'end' : parseRecord(this.#buffer.toString('latin1', 0, bytes))
    } catch (error) {
      const errno = errnoOf(error)
      // EPIPE: the next read begins at the oldest record there is. EINVAL: a record longer than any line; it is passed over.
      if (errno === 'EPIPE' || errno === 'EINVAL' || errno === 'EINTR') return undefined
      if (errno === 'EAGAIN') return 'end'
      throw error
    } finally {
      Error.stackTraceLimit = stackTraceLimit
    }
  }
}
