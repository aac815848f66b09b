import type { Database, Row } from './database.ts'
import { damaged } from './explain.ts'

/** The JSON of one column. Throws STORE_CORRUPT naming the record. */
export const documentIn = <T>(row: Row, column: string, file: string, record: string): T => {
  try {
    return JSON.parse(String(row[column])) as T
  } catch (error) {
    throw damaged(file, `${record} holds what is no JSON`, error)
  }
}

/** All documents of a table. Throws STORE_CORRUPT, STORE_FAILED. */
export const documentsOf = async <T>(database: Database, file: string, table: string, order: string): Promise<readonly T[]> =>
  (await database.all(`SELECT body FROM ${table} ORDER BY ${order}`)).map((row, index) =>
    documentIn<T>(row, 'body', file, `record ${index + 1} of ${table}`),
  )
