import { chmod, chown, copyFile, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errnoOf, HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import { lockDirectory } from '../../shared/lifecycle/directory-lock.ts'
import { restoredAt } from '../domain/brake/behind.ts'
import { checkFiles, checkWholly } from './check.ts'
import { openDatabase } from './database.ts'
import { explain } from './explain.ts'
import { openSqliteStore } from './sqlite-store.ts'
import type { StoredFleet } from './store.ts'

export interface Restored {
  /** The database that is in place now. */
  readonly file: string
  /** Where what was there before lies now; undefined when there was nothing. */
  readonly keptIn: string | undefined
  readonly fleet: Pick<StoredFleet, 'deployments' | 'hosts' | 'assignments'>
  /** Unix time of the newest event in it, 0 when it has none: what happened later is not known to it. */
  readonly newestEventUnixMs: number
}

/** A database and the files that SQLite keeps beside it while it is in use. */
const sideFiles = ['', '-wal', '-shm', '-journal'] as const

const present = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  )

const removeAll = async (file: string): Promise<void> => {
  for (const side of sideFiles) await rm(`${file}${side}`, { force: true })
}

/** The backup beside the database under another name, so that the one in use is replaced by a rename. With its log, when it was copied with one. */
const copyBackup = async (backup: string, copy: string): Promise<void> => {
  await removeAll(copy)
  await copyFile(backup, copy)
  if (await present(`${backup}-wal`)) await copyFile(`${backup}-wal`, `${copy}-wal`)
}

/** Checks every page and reads every record, migrated to what this version needs. Leaves one file, on disk. */
const proveStarts = async (copy: string, nowUnixMs: number): Promise<Pick<Restored, 'fleet' | 'newestEventUnixMs'>> => {
  await checkFiles(copy, true)
  {
    await using database = await openDatabase(copy)
    await checkWholly(database, copy)
  }
  await using store = await openSqliteStore(copy, { mustExist: true, nowUnixMs, copyBeforeMigration: false })
  const fleet = await store.load()
  const [newest] = await store.events({ afterId: 0, limit: 1, subject: '' })
  // What hosts were told since then is not in it: the controller looks before it changes anything.
  await store.commit([{ kind: 'putBrake', brake: { ...fleet.brake, behind: restoredAt(nowUnixMs) } }])
  return { fleet, newestEventUnixMs: newest?.atUnixMs ?? 0 }
}

/** The damaged database is kept whole: somebody may want to look at it, or get more out of it. */
const moveAside = async (file: string, nowUnixMs: number): Promise<string | undefined> => {
  const kept = join(dirname(file), `replaced-${new Date(nowUnixMs).toISOString().replaceAll(/[:.]/g, '-')}`)
  const found = await Promise.all(sideFiles.map(async (side) => ((await present(`${file}${side}`)) ? [side] : [])))
  if (found.flat().length === 0) return undefined
  // Fails when it is there: nothing is overwritten.
  await mkdir(kept, { mode: 0o700 })
  for (const side of found.flat()) await rename(`${file}${side}`, join(kept, `${basename(file)}${side}`))
  return kept
}

const syncDirectory = async (directory: string): Promise<void> => {
  await using handle = await open(directory, 'r')
  await handle.sync()
}

/** Root may put back what a user of its own has to read: the directory's. */
const takeOwner = async (path: string, directory: string): Promise<void> => {
  const [{ uid, gid }, own] = await Promise.all([stat(directory), stat(path)])
  if (own.uid !== uid || own.gid !== gid) await chown(path, uid, gid)
}

/** What went wrong with the backup is said of the backup, not of the copy that was looked at. */
const aboutBackup = (error: unknown, copy: string, backup: string): unknown =>
  error instanceof HostlerError && error.code !== 'STORE_FULL'
    ? new HostlerError(
        error.code,
        `${error.message.replaceAll(copy, backup).replace(/\. Nothing was changed\. .*$/s, '')}; nothing was changed`,
        {
          cause: error,
        },
      )
    : error

/**
 * Puts a backup in the place of a controller's database. The backup is proved to be whole and readable first; what was there is kept aside.
 * Throws DATA_DIR_LOCKED while a controller runs, NOT_FOUND, STORE_CORRUPT, STORE_TOO_NEW, STORE_FULL, CONFLICT, DATA_DIR_UNWRITABLE;
 * then nothing was changed.
 */
export const restoreDatabase = async (file: string, backup: string, nowUnixMs: number): Promise<Restored> => {
  const directory = dirname(file)
  const found = await stat(backup).catch((error: unknown) => {
    throw new HostlerError('NOT_FOUND', `there is no backup at ${backup} (${messageOf(error)}); nothing was changed`, { cause: error })
  })
  if (!found.isFile()) throw new HostlerError('ARGUMENT_INVALID', `${backup} is not a file; expected a backup of hostler.db`)
  await using _ = await lockDirectory(directory)
  const now = await stat(file).catch(() => undefined)
  if (now?.ino === found.ino && now.dev === found.dev)
    throw new HostlerError(
      'ARGUMENT_INVALID',
      `${backup} is the database itself; expected a backup of it, such as one of ${join(directory, 'backups')}`,
    )

  const copy = `${file}.restoring`
  try {
    await copyBackup(backup, copy)
    const proved = await proveStarts(copy, nowUnixMs)
    await chmod(copy, 0o600)
    await takeOwner(copy, directory)
    await using handle = await open(copy, 'r')
    await handle.sync()
    const keptIn = await moveAside(file, nowUnixMs)
    if (keptIn !== undefined) await takeOwner(keptIn, directory)
    await rename(copy, file)
    await syncDirectory(directory)
    return { file, keptIn, ...proved }
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') throw new HostlerError('CONFLICT', `${messageOf(error)}; try again in a moment`, { cause: error })
    throw aboutBackup(explain(error, copy), copy, backup)
  } finally {
    await removeAll(copy).catch(() => {})
  }
}
