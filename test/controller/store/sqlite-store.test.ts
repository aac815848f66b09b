import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import sqlite3 from 'sqlite3'
import type { Change } from '../../../controller/domain/model.ts'
import { first } from '../../../controller/store/migrations/0001-first.ts'
import { openSqliteStore } from '../../../controller/store/sqlite-store.ts'
import type { StoreChange } from '../../../controller/store/store.ts'
import { labTest } from '../../lab/requires.ts'

const scratch = async (): Promise<AsyncDisposable & { readonly path: string }> => {
  const path = await mkdtemp(join(tmpdir(), 'hostler-store-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

const host = (id: string, generation = 1): Change => ({
  kind: 'putHost',
  host: { id, name: id, machineId: 'm', createdUnixMs: 1, cordoned: false, revoked: false, labels: {}, generation },
})
const event = (message: string, subject = 'host/a'): Change => ({
  kind: 'addEvent',
  atUnixMs: 5,
  event: { level: 'info', reason: 'Test', subject, message },
})

test('what was committed is there after the store was closed and opened again', async (t) => {
  await using directory = await scratch()
  const file = join(directory.path, 'deep', 'state.db')
  {
    await using store = await openSqliteStore(file, { nowUnixMs: 0 })
    await store.commit([host('a'), host('b')])
    await store.commit([host('a', 7), { kind: 'deleteHost', id: 'b' }])
  }
  await using store = await openSqliteStore(file, { nowUnixMs: 0 })
  t.deepEqual(
    (await store.load()).hosts.map(({ id, generation }) => [id, generation]),
    [['a', 7]],
  )
})

const group = (name: string, hosts: readonly string[]): StoreChange => ({
  kind: 'putResource',
  resource: { kind: 'HostGroup', name, written: { kind: 'HostGroup', name, hosts }, createdUnixMs: 1, author: 'ada' },
})

test('documents are kept by kind and name, as they were written', async (t) => {
  await using directory = await scratch()
  const file = join(directory.path, 'state.db')
  {
    await using store = await openSqliteStore(file, { nowUnixMs: 0 })
    await store.commit([group('a', ['x']), group('b', ['x'])])
    await store.commit([group('a', ['y']), { kind: 'deleteResource', id: 'HostGroup/b' }])
  }
  await using store = await openSqliteStore(file, { nowUnixMs: 0 })
  t.deepEqual(
    (await store.load()).resources.map(({ written }) => written),
    [{ kind: 'HostGroup', name: 'a', hosts: ['y'] }],
  )
})

test('events come back newest last, with growing ids, by subject and after an id', async (t) => {
  await using directory = await scratch()
  await using store = await openSqliteStore(join(directory.path, 'state.db'), { nowUnixMs: 0 })
  const added = await store.commit([event('one'), event('two', 'host/b'), event('three')])
  t.deepEqual(
    added.map(({ message }) => message),
    ['one', 'two', 'three'],
  )
  const [first] = added
  t.deepEqual(
    (await store.events({ afterId: first?.id ?? 0, limit: 10, subject: '' })).map(({ message }) => message),
    ['two', 'three'],
  )
  t.deepEqual(
    (await store.events({ afterId: 0, limit: 1, subject: 'host/a' })).map(({ message }) => message),
    ['three'],
  )
  await store.pruneEvents(1)
  t.deepEqual(
    (await store.events({ afterId: 0, limit: 10, subject: '' })).map(({ message }) => message),
    ['three'],
  )
})

test('commits that arrive together all land, and a bad one among them fails alone', async (t) => {
  await using directory = await scratch()
  await using store = await openSqliteStore(join(directory.path, 'state.db'), { nowUnixMs: 0 })
  const bad: Change = {
    kind: 'addEvent',
    atUnixMs: 'no number' as unknown as number,
    event: { level: 'info', reason: 'x', subject: 'x', message: 'x' },
  }
  const results = await Promise.allSettled([store.commit([host('a')]), store.commit([host('b'), bad]), store.commit([host('c')])])
  t.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  )
  t.deepEqual(
    (await store.load()).hosts.map(({ id }) => id),
    ['a', 'c'],
  )
})

test('a backup taken in use opens as a store of its own', async (t) => {
  await using directory = await scratch()
  await using store = await openSqliteStore(join(directory.path, 'state.db'), { nowUnixMs: 0 })
  await store.commit([host('a')])
  const writing = store.commit([host('b')])
  await store.backup(join(directory.path, 'backups', 'copy.db'))
  await writing
  await store.commit([host('c')])
  t.is((await stat(join(directory.path, 'backups', 'copy.db'))).mode & 0o777, 0o600)
  t.is((await stat(join(directory.path, 'state.db'))).mode & 0o777, 0o600)
  await using copy = await openSqliteStore(join(directory.path, 'backups', 'copy.db'), { nowUnixMs: 0 })
  t.deepEqual(
    (await copy.load()).hosts.map(({ id }) => id),
    ['a', 'b'],
  )
})

test('a database of the first version is brought up to date, and keeps what it has', async (t) => {
  await using directory = await scratch()
  const file = join(directory.path, 'state.db')
  await new Promise<void>((resolve, reject) => {
    const database = new sqlite3.Database(file)
    const record = JSON.stringify({ id: 'a', name: 'gpu-1', generation: 7 })
    database.exec(`${first}; INSERT INTO hosts VALUES ('a', '${record}'); PRAGMA user_version = 1`, (error) =>
      error ? reject(error) : database.close(() => resolve()),
    )
  })
  await using store = await openSqliteStore(file, { nowUnixMs: 0 })
  const { hosts, resources } = await store.load()
  t.deepEqual(
    hosts.map(({ name, generation }) => [name, generation]),
    [['gpu-1', 7]],
  )
  t.deepEqual(resources, [])
  await store.commit([group('a', ['gpu-1'])])
  t.is((await store.load()).resources.length, 1)
})

test('a database of a newer version is refused with what to do', async (t) => {
  await using directory = await scratch()
  const file = join(directory.path, 'state.db')
  await (await openSqliteStore(file, { nowUnixMs: 0 }))[Symbol.asyncDispose]()
  await new Promise<void>((resolve, reject) => {
    const database = new sqlite3.Database(file)
    database.exec('PRAGMA user_version = 99', (error) => (error ? reject(error) : database.close(() => resolve())))
  })
  const error = await t.throwsAsync(openSqliteStore(file, { nowUnixMs: 0 }))
  t.like(error, { code: 'STORE_TOO_NEW' })
  t.regex(error?.message ?? '', /schema 99/)
})

test('a damaged database is refused and named', async (t) => {
  await using directory = await scratch()
  const file = join(directory.path, 'state.db')
  await (await import('node:fs/promises')).writeFile(
    file,
    'this is not a database, it only looks like a long enough file for one to be read from it',
  )
  const error = await t.throwsAsync(openSqliteStore(file, { nowUnixMs: 0 }))
  t.like(error, { code: 'STORE_CORRUPT' })
  t.regex(error?.message ?? '', /damaged.*backups/)
})

labTest(test, { root: true })(
  'a full disk fails the commit with STORE_FULL, changes nothing, and the store works on when there is room',
  async (t) => {
    await using directory = await scratch()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'hostler-test', directory.path])
    try {
      await using store = await openSqliteStore(join(directory.path, 'state.db'), { nowUnixMs: 0 })
      await store.commit([host('a')])
      const { writeFile } = await import('node:fs/promises')
      await writeFile(join(directory.path, 'ballast'), Buffer.alloc(4096))
      await t.throwsAsync(writeFile(join(directory.path, 'filler'), Buffer.alloc(1024 * 1024)))
      const error = await t.throwsAsync(
        store.commit([host('b'), ...Array.from({ length: 40 }, (_, n) => event(`${n}`.padEnd(2_000, 'x')))]),
      )
      t.like(error, { code: 'STORE_FULL' })
      t.deepEqual(
        (await store.load()).hosts.map(({ id }) => id),
        ['a'],
      )
      await rm(join(directory.path, 'filler'))
      await store.commit([host('c')])
      t.deepEqual(
        (await store.load()).hosts.map(({ id }) => id),
        ['a', 'c'],
      )
      t.true((await stat(join(directory.path, 'ballast'))).isFile())
    } finally {
      execFileSync('umount', ['-l', directory.path])
    }
  },
)
