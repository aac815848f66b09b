import { chmod, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Database } from './database.ts'
import { explain } from './explain.ts'

/** A copy of the database that Hostler made. */
export interface Backup {
  readonly file: string
  /** ISO, with dashes: sorts by time. */
  readonly time: string
  /** Of a copy that was made before a migration: the version that it has. Undefined: one of the nightly ones. */
  readonly schema: number | undefined
}

const ownerOnly = 0o600
const nightly = /^hostler-(\d{4}-.*Z)\.db$/
const beforeUpgrade = /^before-upgrade-schema(\d+)-(\d{4}-.*Z)\.db$/

const timeOf = (unixMs: number): string => new Date(unixMs).toISOString().replaceAll(/[:.]/g, '-')

export const backupsDirectory = (databaseFile: string): string => join(dirname(databaseFile), 'backups')
export const nightlyBackup = (directory: string, unixMs: number): string => join(directory, `hostler-${timeOf(unixMs)}.db`)
export const upgradeBackup = (directory: string, schema: number, unixMs: number): string =>
  join(directory, `before-upgrade-schema${schema}-${timeOf(unixMs)}.db`)

/** What a user types to put a copy back. */
export const restoreCommand = (databaseFile: string, backup: string): string =>
  `hostler controller restore --data-dir ${dirname(databaseFile)} --from ${backup}`

/** All copies in a directory, newest first; none when there is no such directory. */
export const listBackups = async (directory: string): Promise<readonly Backup[]> => {
  const names = await readdir(directory).catch(() => [])
  return names
    .flatMap((name): readonly Backup[] => {
      const night = nightly.exec(name)
      if (night) return [{ file: join(directory, name), time: night[1] ?? '', schema: undefined }]
      const upgrade = beforeUpgrade.exec(name)
      return upgrade ? [{ file: join(directory, name), time: upgrade[2] ?? '', schema: Number(upgrade[1]) }] : []
    })
    .toSorted((a, b) => (a.time < b.time ? 1 : -1))
}

/** Keeps the newest of each kind. The copies before upgrades are not pushed out by the nightly ones, nor the other way round. */
export const pruneBackups = async (directory: string, keep: { readonly nightly?: number; readonly upgrades?: number }): Promise<void> => {
  const backups = await listBackups(directory)
  const surplus = [
    ...(keep.nightly === undefined ? [] : backups.filter(({ schema }) => schema === undefined).slice(keep.nightly)),
    ...(keep.upgrades === undefined ? [] : backups.filter(({ schema }) => schema !== undefined).slice(keep.upgrades)),
  ]
  for (const { file } of surplus) await rm(file, { force: true })
}

const sync = async (path: string): Promise<void> => {
  await using handle = await open(path, 'r')
  await handle.sync()
}

/** A consistent copy of a database in use, whole or not there at all, on disk when it resolves. Throws STORE_FULL, STORE_CORRUPT, STORE_FAILED. */
export const copyDatabase = async (database: Database, target: string): Promise<void> => {
  const directory = dirname(target)
  const unfinished = `${target}.unfinished`
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await rm(unfinished, { force: true })
    await database.run('VACUUM INTO ?', [unfinished])
    await chmod(unfinished, ownerOnly)
    // SQLite does not sync what it vacuums into.
    await sync(unfinished)
    await rename(unfinished, target)
    await sync(directory)
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {})
    await rm(`${unfinished}-journal`, { force: true }).catch(() => {})
    throw explain(error, target)
  }
}
