import { chmod, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type BrakeState, released } from '../domain/brake/plan.ts'
import type { ResourceRecord } from '../domain/hosts/resource.ts'
import type { Assignment, Deployment, EventLevel, HostRecord } from '../domain/model.ts'
import { loadAlerts, sqliteAlerts } from './alert-store.ts'
import { copyDatabase } from './backups.ts'
import { checkFiles, checkQuickly, checkWholly } from './check.ts'
import { openDatabase, type Row } from './database.ts'
import { documentsOf } from './documents.ts'
import { type Migrated, migrate, schemaOf } from './migrate.ts'
import { sqliteReports } from './report-store.ts'
import { decodeRevision, type RevisionRecord } from './revision-record.ts'
import type { EventRecord, IdentityRecord, KeyRecord, Store, TokenRecord } from './store.ts'
import { withWayBack } from './way-back.ts'
import { Writer } from './writer.ts'

const eventOf = (row: Row): EventRecord => ({
  id: Number(row.id),
  atUnixMs: Number(row.at_unix_ms),
  level: String(row.level) as EventLevel,
  reason: String(row.reason),
  subject: String(row.subject),
  message: String(row.message),
})

const ownerOnly = 0o600

export interface OpenOptions {
  /** This is not the first start: a database that is gone or empty is a loss, and none is made. */
  readonly mustExist?: boolean
  readonly nowUnixMs: number
  /** Default: an older database is copied to backups/ before it is migrated. */
  readonly copyBeforeMigration?: boolean
  readonly onMigrated?: (migrated: Migrated) => void
}

const openChecked = async (file: string, { mustExist = false, nowUnixMs, copyBeforeMigration = true, onMigrated }: OpenOptions) => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await checkFiles(file, mustExist)
  const database = await openDatabase(file)
  try {
    // It holds the replicas' API keys. SQLite gives its side files the same mode.
    await chmod(file, ownerOnly)
    await schemaOf(database, file)
    await checkQuickly(database, file)
    const migrated = await migrate(database, file, copyBeforeMigration ? nowUnixMs : undefined)
    if (migrated) onMigrated?.(migrated)
    return database
  } catch (error) {
    // What the check found matters more than how a damaged file closes.
    await Promise.resolve(database[Symbol.asyncDispose]()).catch(() => {})
    throw error
  }
}

/** The store on one SQLite file, made on first use. Errors: STORE_FAILED, STORE_FULL, STORE_TOO_NEW, STORE_CORRUPT, DATA_DIR_UNWRITABLE. */
export const openSqliteStore = async (file: string, options: OpenOptions): Promise<Store> => {
  const database = await withWayBack(file, () => openChecked(file, options))
  const writer = new Writer(database)
  const table = <T>(name: string, order: string) => documentsOf<T>(database, file, name, order)

  return {
    reports: sqliteReports(database, writer, file),
    alerts: sqliteAlerts(database, writer, file),

    load: () =>
      withWayBack(file, async () => ({
        deployments: await table<Deployment>('deployments', 'name'),
        revisions: (await table<RevisionRecord>('revisions', 'deployment, number')).map(decodeRevision),
        assignments: await table<Assignment>('assignments', 'id'),
        hosts: await table<HostRecord>('hosts', 'id'),
        tokens: await table<TokenRecord>('tokens', 'id'),
        identities: await table<IdentityRecord>('identities', 'id'),
        keys: await table<KeyRecord>('keys', 'id'),
        resources: await table<ResourceRecord>('resources', 'id'),
        brake: (await table<BrakeState>('brake', 'id'))[0] ?? released,
        alerting: await loadAlerts(database, file),
      })),

    commit: (changes) => (changes.length === 0 ? Promise.resolve([]) : writer.commit(changes)),

    async events({ afterId, limit, subject, sinceUnixMs = 0, levels = [] }) {
      const wanted = levels.length === 0 ? '' : `AND level IN (${levels.map((_, index) => `?${index + 5}`).join(', ')})`
      const rows = await database.all(
        `SELECT * FROM (SELECT * FROM events WHERE id > ?1 AND (?2 = '' OR subject = ?2) AND at_unix_ms >= ?4 ${wanted}
         ORDER BY id DESC LIMIT ?3) ORDER BY id`,
        [afterId, subject, limit, sinceUnixMs, ...levels],
      )
      return rows.map(eventOf)
    },

    backup: (target) =>
      writer.exclusive(async () => {
        await checkWholly(database, file)
        await copyDatabase(database, target)
      }),

    async pruneEvents(keep) {
      await writer.exclusive(() => database.run('DELETE FROM events WHERE id <= (SELECT COALESCE(MAX(id), 0) FROM events) - ?', [keep]))
    },

    async [Symbol.asyncDispose]() {
      await writer.exclusive(async () => {})
      await database[Symbol.asyncDispose]()
    },
  }
}
