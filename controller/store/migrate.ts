import { rm } from 'node:fs/promises'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import { backupsDirectory, copyDatabase, listBackups, pruneBackups, restoreCommand, upgradeBackup } from './backups.ts'
import type { Database } from './database.ts'
import { damaged } from './explain.ts'
import { first } from './migrations/0001-first.ts'
import { resources } from './migrations/0002-resources.ts'
import { reports } from './migrations/0003-reports.ts'
import { brake } from './migrations/0004-brake.ts'
import { alerts } from './migrations/0005-alerts.ts'

/** In order, never edited once released. The schema's version is the number of those applied. */
const migrations: readonly string[] = [first, resources, reports, brake, alerts]
const keptUpgradeBackups = 3

/** 0: nothing is in it yet. Throws STORE_TOO_NEW, and STORE_CORRUPT on a database that is not Hostler's. */
export const schemaOf = async (database: Database, file: string): Promise<number> => {
  const [row] = await database.all('PRAGMA user_version')
  const present = Number(row?.user_version ?? 0)
  if (present > migrations.length) {
    const fitting = (await listBackups(backupsDirectory(file))).find(({ schema }) => schema !== undefined && schema <= migrations.length)
    throw new HostlerError(
      'STORE_TOO_NEW',
      `${file} has schema ${present}, this version knows up to ${migrations.length}; nothing was changed. Start the newer version again, or put back a backup from before the upgrade: ${restoreCommand(file, fitting?.file ?? 'FILE')}`,
    )
  }
  const [tables] = await database.all(
    "SELECT count(*) AS tables, count(CASE WHEN name = 'assignments' THEN 1 END) AS ours FROM sqlite_schema",
  )
  if (present === 0 ? tables?.tables !== 0 : tables?.ours !== 1) throw damaged(file, 'it is not a database of Hostler')
  return present
}

export interface Migrated {
  readonly from: number
  readonly to: number
  /** The copy of what was there; undefined: none was needed. */
  readonly backup: string | undefined
}

/**
 * Brings the schema up to date in one transaction, a copy of what was there made first. When it fails, nothing was changed and no copy stays.
 * @param copyAtUnixMs names the copy; undefined: none is made
 * Undefined when there was nothing to do. Throws STORE_TOO_NEW, STORE_FULL, STORE_CORRUPT, STORE_FAILED.
 */
export const migrate = async (database: Database, file: string, copyAtUnixMs: number | undefined): Promise<Migrated | undefined> => {
  const from = await schemaOf(database, file)
  const to = migrations.length
  if (from === to) return undefined
  const directory = backupsDirectory(file)
  const backup = from === 0 || copyAtUnixMs === undefined ? undefined : upgradeBackup(directory, from, copyAtUnixMs)
  if (backup !== undefined) await copyDatabase(database, backup)
  try {
    await database.script(`BEGIN IMMEDIATE; ${migrations.slice(from).join(';')}; PRAGMA user_version = ${to}; COMMIT;`)
  } catch (error) {
    // SQLite may have rolled back by itself (a full disk does): then there is no transaction left to end.
    await database.run('ROLLBACK').catch(() => {})
    if (backup !== undefined) await rm(backup, { force: true })
    throw error
  }
  if (backup !== undefined) await pruneBackups(directory, { upgrades: keptUpgradeBackups })
  return { from, to, backup }
}
