import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { Database } from './database.ts'
import { first } from './migrations/0001-first.ts'
import { resources } from './migrations/0002-resources.ts'
import { reports } from './migrations/0003-reports.ts'

/** In order, never edited once released. The schema's version is the number of those applied. */
const migrations: readonly string[] = [first, resources, reports]

/** Brings the schema up to date, each step in a transaction. Throws STORE_TOO_NEW. */
export const migrate = async (database: Database, file: string): Promise<void> => {
  const [row] = await database.all('PRAGMA user_version')
  const present = Number(row?.user_version ?? 0)
  if (present > migrations.length) {
    throw new HostlerError(
      'STORE_TOO_NEW',
      `${file} has schema ${present}, this version knows up to ${migrations.length}; start the newer version again, or put back a backup from before the upgrade`,
    )
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < present) continue
    await database.script(`BEGIN IMMEDIATE; ${sql}; PRAGMA user_version = ${index + 1}; COMMIT;`)
  }
}
