import type { ReportSummary } from '../../shared/diagnosis/report.ts'
import type { Verdict } from '../../shared/diagnosis/verdict.ts'
import type { Database } from './database.ts'
import { documentIn, documentsOf } from './documents.ts'
import type { Writer } from './writer.ts'

/** A report as a list knows it. */
export interface ReportEntry {
  readonly summary: ReportSummary
  /** Of its document. */
  readonly bytes: number
}

/** What a host's last diagnosis by itself found; a later one that finds the same is no news. */
export interface StandingFault {
  /** `HOST-ID/SUBJECT` */
  readonly id: string
  readonly verdict: Verdict
  /** `CODE SUBJECT` of each fault, sorted. */
  readonly faults: readonly string[]
}

/** What is kept with a report, in one transaction. */
export interface ReportChange {
  readonly put?: { readonly entry: ReportEntry; readonly document: string } | undefined
  readonly remove?: readonly string[] | undefined
  readonly standing?: StandingFault | undefined
}

/** Fault reports, apart from the fleet's facts: they are large, and nothing is decided by them. Errors: STORE_FULL, STORE_FAILED. */
export interface ReportStore {
  /** Oldest first. */
  entries(): Promise<readonly ReportEntry[]>
  standing(): Promise<readonly StandingFault[]>
  /** Undefined when there is none of this id. */
  document(id: string): Promise<string | undefined>
  /** All of it or nothing. A report of an id that is there already stays as it is. */
  change(change: ReportChange): Promise<void>
}

export const sqliteReports = (database: Database, writer: Writer, file: string): ReportStore => ({
  async entries() {
    const rows = await database.all('SELECT summary, bytes FROM reports ORDER BY at_unix_ms, id')
    return rows.map((row, index) => ({
      summary: documentIn<ReportSummary>(row, 'summary', file, `record ${index + 1} of reports`),
      bytes: Number(row.bytes),
    }))
  },

  standing: () => documentsOf<StandingFault>(database, file, 'standing', 'id'),

  async document(id) {
    const [row] = await database.all('SELECT document FROM reports WHERE id = ?', [id])
    return row && String(row.document)
  },

  change: ({ put, remove = [], standing }) =>
    writer.exclusive(async () => {
      await database.run('BEGIN IMMEDIATE')
      try {
        if (put) {
          const { summary, bytes } = put.entry
          await database.run('INSERT INTO reports VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING', [
            summary.id,
            summary.atUnixMs,
            bytes,
            JSON.stringify(summary),
            put.document,
          ])
        }
        for (const id of remove) await database.run('DELETE FROM reports WHERE id = ?', [id])
        if (standing)
          await database.run('INSERT INTO standing VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body', [
            standing.id,
            JSON.stringify(standing),
          ])
        await database.run('COMMIT')
      } catch (error) {
        // SQLite may have rolled back by itself (a full disk does): then there is no transaction left to end.
        await database.run('ROLLBACK').catch(() => {})
        throw error
      }
    }),
})
