import sqlite3 from 'sqlite3'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import { explain } from './explain.ts'

export type Row = Readonly<Record<string, unknown>>
export type Parameter = string | number | null

/** sqlite3 as promises, with errors of the catalogue. */
export interface Database extends AsyncDisposable {
  run(sql: string, parameters?: readonly Parameter[]): Promise<{ readonly lastId: number; readonly changes: number }>
  all(sql: string, parameters?: readonly Parameter[]): Promise<readonly Row[]>
  script(sql: string): Promise<void>
}

const connect = (file: string): Promise<sqlite3.Database> => {
  const { promise, resolve, reject } = Promise.withResolvers<sqlite3.Database>()
  const database = new sqlite3.Database(file, (error) => (error ? reject(explain(error, file)) : resolve(database)))
  return promise
}

const pragmas = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;'

/** Opens (or makes) a database file in WAL mode with full durability of commits; one that is there also on a full disk. */
export const openDatabase = async (file: string): Promise<Database> => {
  try {
    return await openWith(file, pragmas)
  } catch (error) {
    if (!(error instanceof HostlerError && error.code === 'STORE_FULL')) throw error
    // There is no room for the index of the log, a file by which processes share it: one that shares nothing keeps the index in its memory.
    return openWith(file, `PRAGMA locking_mode = EXCLUSIVE; ${pragmas}`)
  }
}

const openWith = async (file: string, settings: string): Promise<Database> => {
  const database = await connect(file)

  const run: Database['run'] = (sql, parameters = []) => {
    const { promise, resolve, reject } = Promise.withResolvers<{ lastId: number; changes: number }>()
    database.run(sql, parameters, function (error) {
      if (error) reject(explain(error, file))
      else resolve({ lastId: this.lastID, changes: this.changes })
    })
    return promise
  }
  const all: Database['all'] = (sql, parameters = []) => {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Row[]>()
    database.all<Row>(sql, parameters, (error, rows) => (error ? reject(explain(error, file)) : resolve(rows)))
    return promise
  }
  const script: Database['script'] = (sql) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    database.exec(sql, (error) => (error ? reject(explain(error, file)) : resolve()))
    return promise
  }
  const close = (): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    database.close((error) => (error ? reject(explain(error, file)) : resolve()))
    return promise
  }

  try {
    await script(settings)
  } catch (error) {
    await close()
    throw error
  }
  return { run, all, script, [Symbol.asyncDispose]: close }
}
