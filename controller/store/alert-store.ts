import type { Alert, Notice, NoticeGroup, ResolvedAlert, Silence } from '../domain/alert/model.ts'
import type { Database, Row } from './database.ts'
import { documentIn } from './documents.ts'
import type { Writer } from './writer.ts'

/** What alerts begin with when the controller starts. */
export interface StoredAlerts {
  readonly alerts: readonly Alert[]
  readonly groups: readonly NoticeGroup[]
  /** Those that wait, in the order in which they were made. */
  readonly waiting: readonly Notice[]
  readonly silences: readonly Silence[]
  /** Undefined: never. */
  readonly lookedUnixMs: number | undefined
}

/** How much is kept of what is over. */
export interface AlertHistoryBounds {
  readonly keepResolved: number
  readonly keepNotices: number
}

/** The past of alerts. What is in force is read with everything else. Errors: STORE_FULL, STORE_FAILED. */
export interface AlertStore {
  /** Newest first. */
  resolved(limit: number): Promise<readonly ResolvedAlert[]>
  /** Notices that were sent or given up, newest first. */
  ended(limit: number): Promise<readonly Notice[]>
  /** Keeps the newest only. */
  prune(bounds: AlertHistoryBounds): Promise<void>
}

const bodies = <T>(rows: readonly Row[], file: string, table: string): readonly T[] =>
  rows.map((row, index) => documentIn<T>(row, 'body', file, `record ${index + 1} of ${table}`))

/** Throws STORE_CORRUPT, STORE_FAILED. */
export const loadAlerts = async (database: Database, file: string): Promise<StoredAlerts> => {
  const read = async <T>(table: string, rest: string): Promise<readonly T[]> =>
    bodies<T>(await database.all(`SELECT body FROM ${table} ${rest}`), file, table)
  const [looked] = await database.all('SELECT at_unix_ms FROM alerts_looked')
  return {
    alerts: await read('alerts', 'ORDER BY id'),
    groups: await read('notice_groups', 'ORDER BY id'),
    waiting: await read('notices', "WHERE state = 'waiting' ORDER BY number"),
    silences: await read('silences', 'ORDER BY id'),
    lookedUnixMs: looked && Number(looked.at_unix_ms),
  }
}

export const sqliteAlerts = (database: Database, writer: Writer, file: string): AlertStore => ({
  resolved: async (limit) =>
    bodies(await database.all('SELECT body FROM resolved_alerts ORDER BY number DESC LIMIT ?', [limit]), file, 'resolved_alerts'),

  ended: async (limit) =>
    bodies(await database.all("SELECT body FROM notices WHERE state <> 'waiting' ORDER BY number DESC LIMIT ?", [limit]), file, 'notices'),

  prune: ({ keepResolved, keepNotices }) =>
    writer.exclusive(async () => {
      await database.run('DELETE FROM resolved_alerts WHERE number <= (SELECT COALESCE(MAX(number), 0) FROM resolved_alerts) - ?', [
        keepResolved,
      ])
      await database.run("DELETE FROM notices WHERE state <> 'waiting' AND number <= (SELECT COALESCE(MAX(number), 0) FROM notices) - ?", [
        keepNotices,
      ])
    }),
})
