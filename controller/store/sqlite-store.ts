import { chmod, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ResourceRecord } from '../domain/hosts/resource.ts'
import type { Assignment, Deployment, EventLevel, HostRecord } from '../domain/model.ts'
import { openDatabase, type Row } from './database.ts'
import { migrate } from './migrate.ts'
import { sqliteReports } from './report-store.ts'
import { decodeRevision, type RevisionRecord } from './revision-record.ts'
import type { EventRecord, IdentityRecord, KeyRecord, Store, TokenRecord } from './store.ts'
import { Writer } from './writer.ts'

const bodies = <T>(rows: readonly Row[]): readonly T[] => rows.map((row) => JSON.parse(String(row.body)) as T)

const eventOf = (row: Row): EventRecord => ({
  id: Number(row.id),
  atUnixMs: Number(row.at_unix_ms),
  level: String(row.level) as EventLevel,
  reason: String(row.reason),
  subject: String(row.subject),
  message: String(row.message),
})

const ownerOnly = 0o600

/** The store on one SQLite file, made on first use. Errors: STORE_FAILED, STORE_FULL, STORE_TOO_NEW. */
export const openSqliteStore = async (file: string): Promise<Store> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const database = await openDatabase(file)
  // It holds the replicas' API keys. SQLite gives its side files the same mode.
  await chmod(file, ownerOnly)
  try {
    await migrate(database, file)
  } catch (error) {
    await database[Symbol.asyncDispose]()
    throw error
  }
  const writer = new Writer(database)
  const table = async <T>(name: string, order: string): Promise<readonly T[]> =>
    bodies<T>(await database.all(`SELECT body FROM ${name} ORDER BY ${order}`))

  return {
    reports: sqliteReports(database, writer),

    async load() {
      return {
        deployments: await table<Deployment>('deployments', 'name'),
        revisions: (await table<RevisionRecord>('revisions', 'deployment, number')).map(decodeRevision),
        assignments: await table<Assignment>('assignments', 'id'),
        hosts: await table<HostRecord>('hosts', 'id'),
        tokens: await table<TokenRecord>('tokens', 'id'),
        identities: await table<IdentityRecord>('identities', 'id'),
        keys: await table<KeyRecord>('keys', 'id'),
        resources: await table<ResourceRecord>('resources', 'id'),
      }
    },

    commit: (changes) => (changes.length === 0 ? Promise.resolve([]) : writer.commit(changes)),

    async events({ afterId, limit, subject }) {
      const rows = await database.all(
        "SELECT * FROM (SELECT * FROM events WHERE id > ?1 AND (?2 = '' OR subject = ?2) ORDER BY id DESC LIMIT ?3) ORDER BY id",
        [afterId, subject, limit],
      )
      return rows.map(eventOf)
    },

    backup: (target) =>
      writer.exclusive(async () => {
        await mkdir(dirname(target), { recursive: true, mode: 0o700 })
        await database.run('VACUUM INTO ?', [target])
        await chmod(target, ownerOnly)
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
