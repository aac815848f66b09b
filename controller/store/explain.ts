import { statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { errnoOf, HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'

/** A database that cannot be trusted. The way back is said by what opens the store, which knows the backups. */
export const damaged = (file: string, what: string, cause?: unknown): HostlerError =>
  new HostlerError('STORE_CORRUPT', `${file} is damaged: ${what}`, { cause })

/** SQLite needs a page of its shared memory, or a journal, before it can say more than that it could not open or write something. */
const leastRoomBytes = 64 * 1024

const isFull = (file: string): boolean => {
  try {
    const { bavail, bsize } = statfsSync(dirname(file))
    return bavail * bsize < leastRoomBytes
  } catch {
    return false
  }
}

/** An error of SQLite or of the file below it, as one of the catalogue: STORE_FULL, STORE_CORRUPT, DATA_DIR_UNWRITABLE, STORE_FAILED. */
export const explain = (error: unknown, file: string): HostlerError => {
  if (error instanceof HostlerError) return error
  const code = errnoOf(error)
  const message = messageOf(error)
  const unclear = code === 'SQLITE_IOERR' || code === 'SQLITE_CANTOPEN'
  if (code === 'SQLITE_FULL' || /ENOSPC|EDQUOT|disk is full/i.test(message) || (unclear && isFull(file))) {
    return new HostlerError('STORE_FULL', `the disk under ${file} is full; nothing was changed. Free space there and try again`, {
      cause: error,
    })
  }
  if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB') return damaged(file, message, error)
  if (code === 'SQLITE_READONLY' || /EROFS/.test(message)) {
    return new HostlerError('DATA_DIR_UNWRITABLE', `${file} cannot be written (${message}); its disk may have been mounted read-only`, {
      cause: error,
    })
  }
  return new HostlerError('STORE_FAILED', `${file}: ${message}`, { cause: error })
}
