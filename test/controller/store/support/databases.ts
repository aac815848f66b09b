/** Real database files, whole and damaged. */
import { copyFile, open, stat } from 'node:fs/promises'
import sqlite3 from 'sqlite3'
import type { Change } from '../../../../controller/domain/model.ts'
import { first } from '../../../../controller/store/migrations/0001-first.ts'
import { openSqliteStore } from '../../../../controller/store/sqlite-store.ts'

export const host = (id: string, padding = ''): Change => ({
  kind: 'putHost',
  host: { id, name: id, machineId: padding, createdUnixMs: 1, cordoned: false, revoked: false, labels: {}, generation: 1 },
})

/** Runs SQL on a file as another program would. */
export const sql = (file: string, script: string): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const database = new sqlite3.Database(file)
  database.exec(script, (error) => (error ? reject(error) : database.close((failure) => (failure ? reject(failure) : resolve()))))
  return promise
}

/** A database with hosts of these ids, closed cleanly. */
export const makeDatabase = async (file: string, ids: readonly string[]): Promise<void> => {
  await using store = await openSqliteStore(file, { nowUnixMs: 0 })
  await store.commit(ids.map((id) => host(id, 'x'.repeat(2_000))))
}

/** What version 1 of the schema left behind, with one host. */
export const makeOldDatabase = (file: string): Promise<void> =>
  sql(file, `${first}; INSERT INTO hosts VALUES ('a', '{"id":"a","name":"gpu-1","generation":7}'); PRAGMA user_version = 1`)

/** The files as a crash leaves them: each commit of `ids` stands in the log, none in the database. */
export const makeCrashed = async (file: string, target: string, ids: readonly string[]): Promise<void> => {
  await makeDatabase(file, ['closed'])
  await using store = await openSqliteStore(file, { nowUnixMs: 0 })
  for (const id of ids) await store.commit([host(id, 'y'.repeat(9_000))])
  for (const side of ['', '-wal']) await copyFile(`${file}${side}`, `${target}${side}`)
}

/** Overwrites bytes; a negative position counts from the end. */
export const scribble = async (file: string, at: number, bytes: Uint8Array): Promise<void> => {
  const { size } = await stat(file)
  await using handle = await open(file, 'r+')
  await handle.write(bytes, 0, bytes.length, at < 0 ? size + at : at)
}

/** Ids of the hosts in a database. */
export const hostsIn = async (file: string): Promise<readonly string[]> => {
  await using store = await openSqliteStore(file, { nowUnixMs: 0, mustExist: true })
  return (await store.load()).hosts.map(({ id }) => id)
}
