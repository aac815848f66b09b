import { copyFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { restoreDatabase } from '../../../controller/store/restore.ts'
import { openSqliteStore } from '../../../controller/store/sqlite-store.ts'
import { lockDirectory } from '../../../shared/lifecycle/directory-lock.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { hostsIn, makeCrashed, makeDatabase, makeOldDatabase, sql } from './support/databases.ts'

const nowUnixMs = Date.UTC(2026, 0, 31)
const keptName = 'replaced-2026-01-31T00-00-00-000Z'

test('a backup is put back, and the damaged files with their log are kept whole', async (t) => {
  await using directory = await scratchDirectory()
  const file = join(directory.path, 'hostler.db')
  const backup = join(directory.path, 'backup.db')
  await makeDatabase(backup, ['a', 'b'])
  await writeFile(file, 'garbage')
  await writeFile(`${file}-wal`, 'garbage of a log, which belongs to no other database')
  const { keptIn, fleet } = await restoreDatabase(file, backup, nowUnixMs)
  t.is(keptIn, join(directory.path, keptName))
  t.deepEqual(
    fleet.hosts.map(({ id }) => id),
    ['a', 'b'],
  )
  t.deepEqual(await hostsIn(file), ['a', 'b'])
  t.is(await readFile(join(directory.path, keptName, 'hostler.db'), 'utf8'), 'garbage')
  t.regex(await readFile(join(directory.path, keptName, 'hostler.db-wal'), 'utf8'), /^garbage of a log/)
  t.deepEqual((await readdir(directory.path)).toSorted(), ['backup.db', 'hostler.db', keptName])
})

test('a backup that was copied together with its log is read with it', async (t) => {
  await using directory = await scratchDirectory()
  const backup = join(directory.path, 'copied.db')
  await makeCrashed(join(directory.path, 'source.db'), backup, ['a'])
  await restoreDatabase(join(directory.path, 'hostler.db'), backup, nowUnixMs)
  t.deepEqual(await hostsIn(join(directory.path, 'hostler.db')), ['a', 'closed'])
})

test('an older backup is migrated on the way, and stays itself as it was', async (t) => {
  await using directory = await scratchDirectory()
  const file = join(directory.path, 'hostler.db')
  const backup = join(directory.path, 'old.db')
  await makeOldDatabase(backup)
  const before = await readFile(backup)
  const { keptIn } = await restoreDatabase(file, backup, nowUnixMs)
  t.is(keptIn, undefined)
  t.deepEqual(await readFile(backup), before)
  t.deepEqual((await readdir(directory.path)).toSorted(), ['hostler.db', 'old.db'])
  t.deepEqual(await hostsIn(file), ['a'])
})

test('a bad backup is refused by its own name and changes nothing', async (t) => {
  await using directory = await scratchDirectory()
  const file = join(directory.path, 'hostler.db')
  const backup = join(directory.path, 'backup.db')
  await makeDatabase(file, ['now'])
  await makeDatabase(
    backup,
    Array.from({ length: 60 }, (_, n) => `${n}`),
  )
  const attempt = (from: string) => restoreDatabase(file, from, nowUnixMs)
  await t.throwsAsync(attempt(join(directory.path, 'nope.db')), { code: 'NOT_FOUND', message: /nope\.db/ })
  await t.throwsAsync(attempt(directory.path), { code: 'ARGUMENT_INVALID', message: /not a file/ })
  await t.throwsAsync(attempt(file), { code: 'ARGUMENT_INVALID', message: /is the database itself/ })
  await sql(backup, 'PRAGMA user_version = 99')
  await t.throwsAsync(attempt(backup), { code: 'STORE_TOO_NEW' })
  await sql(backup, 'PRAGMA user_version = 3')
  await truncate(backup, 8_192)
  const error = await t.throwsAsync(attempt(backup), { code: 'STORE_CORRUPT' })
  t.regex(error?.message ?? '', /backup\.db is damaged: [^.]*; nothing was changed$/)
  t.deepEqual(await hostsIn(file), ['now'])
  t.deepEqual((await readdir(directory.path)).toSorted(), ['backup.db', 'hostler.db'])
})

test('while a controller uses the directory nothing is put back', async (t) => {
  await using directory = await scratchDirectory()
  const file = join(directory.path, 'hostler.db')
  await makeDatabase(file, ['now'])
  await copyFile(file, join(directory.path, 'backup.db'))
  await using _ = await lockDirectory(directory.path)
  await t.throwsAsync(restoreDatabase(file, join(directory.path, 'backup.db'), nowUnixMs), { code: 'DATA_DIR_LOCKED' })
})

test('what was there before is never overwritten by a second restore', async (t) => {
  await using directory = await scratchDirectory()
  const file = join(directory.path, 'hostler.db')
  await makeDatabase(file, ['one'])
  await copyFile(file, join(directory.path, 'backup.db'))
  await restoreDatabase(file, join(directory.path, 'backup.db'), nowUnixMs)
  await t.throwsAsync(restoreDatabase(file, join(directory.path, 'backup.db'), nowUnixMs), { code: 'CONFLICT' })
  t.deepEqual(await hostsIn(file), ['one'])
})

test('a restored store can be written at once', async (t) => {
  await using directory = await scratchDirectory()
  const file = join(directory.path, 'hostler.db')
  await makeDatabase(join(directory.path, 'backup.db'), ['a'])
  await restoreDatabase(file, join(directory.path, 'backup.db'), nowUnixMs)
  await using store = await openSqliteStore(file, { nowUnixMs, mustExist: true })
  await store.commit([{ kind: 'deleteHost', id: 'a' }])
  t.deepEqual((await store.load()).hosts, [])
})
