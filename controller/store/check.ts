import { access, constants, readFile, stat } from 'node:fs/promises'
import { errnoOf, HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import type { Database } from './database.ts'
import { damaged } from './explain.ts'
import { faultOfLog } from './write-ahead-log.ts'

const sizeOf = async (file: string): Promise<number | undefined> => {
  try {
    return (await stat(file)).size
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  }
}

const checkAccess = async (file: string): Promise<void> => {
  try {
    await access(file, constants.R_OK | constants.W_OK)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return
    const { uid } = await stat(file)
    throw new HostlerError(
      'DATA_DIR_UNWRITABLE',
      `${file} of user ${uid} cannot be read and written by this process (${messageOf(error)}); give it the owner of its directory: chown --reference=DIRECTORY FILE`,
      { cause: error },
    )
  }
}

/**
 * Looks at the files before SQLite does, since it would make a new database where there is none, and forgets a damaged log.
 * @param mustExist this is not the first start
 * Throws STORE_CORRUPT, DATA_DIR_UNWRITABLE.
 */
export const checkFiles = async (file: string, mustExist: boolean): Promise<void> => {
  const size = await sizeOf(file)
  if (mustExist && !size)
    throw damaged(file, size === 0 ? 'it is empty, and this is not the first start' : 'it is gone, and this is not the first start')
  if (size === undefined) return
  for (const part of [file, `${file}-wal`, `${file}-shm`]) await checkAccess(part)
  const log = await readFile(`${file}-wal`).catch(() => undefined)
  const fault = log && faultOfLog(log)
  if (fault) throw damaged(file, fault)
}

/** Reports are large and nothing is decided by them: a start does not wait until all of their pages were read. */
const leftToTheNight: readonly string[] = ['reports']

/** Reads every page that the fleet depends on. Throws STORE_CORRUPT with the first thing found. */
export const checkQuickly = async (database: Database, file: string): Promise<void> => {
  const tables = await database.all("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
  for (const { name } of tables) {
    if (leftToTheNight.includes(String(name))) continue
    const [row] = await database.all(`PRAGMA quick_check("${String(name).replaceAll('"', '""')}")`)
    if (row?.quick_check !== 'ok') throw damaged(file, `${row?.quick_check ?? 'its check says nothing'}`)
  }
}

/** Reads all of it, indexes compared with their tables. Throws STORE_CORRUPT. */
export const checkWholly = async (database: Database, file: string): Promise<void> => {
  const [row] = await database.all('PRAGMA integrity_check(1)')
  if (row?.integrity_check !== 'ok') throw damaged(file, `${row?.integrity_check ?? 'its check says nothing'}`)
}
