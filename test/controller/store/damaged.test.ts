import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { openSqliteStore } from '../../../controller/store/sqlite-store.ts'
import { lockDirectory } from '../../../shared/lifecycle/directory-lock.ts'
import { labTest } from '../../lab/requires.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { host, hostsIn, makeCrashed, makeDatabase, makeOldDatabase, scribble, sql } from './support/databases.ts'

const open = (file: string) => openSqliteStore(file, { nowUnixMs: Date.UTC(2026, 0, 31), mustExist: true })

/** Opens it and loads all, as a start of the controller does; what is there must stay as it is. */
const refused = async (t: ExecutionContext, file: string, code: string, message: RegExp) => {
  const before = await readFile(file).catch(() => undefined)
  const error = await t.throwsAsync(async () => {
    await using store = await open(file)
    await store.load()
  })
  t.like(error, { code })
  t.regex(error?.message ?? '', message)
  t.deepEqual(await readFile(file).catch(() => undefined), before, 'nothing was changed')
}

const withDatabase = test.macro(async (t, damage: (file: string) => Promise<void>, what: RegExp) => {
  await using directory = await scratchDirectory()
  const file = join(directory.path, 'hostler.db')
  await makeDatabase(
    file,
    Array.from({ length: 60 }, (_, n) => `host-${n}`),
  )
  await damage(file)
  await refused(t, file, 'STORE_CORRUPT', what)
})

test(
  'a database whose header is gone is refused',
  withDatabase,
  (file) => scribble(file, 0, Buffer.alloc(100, 0x5a)),
  /is damaged: .*not a database/,
)
test(
  'a database with a page of garbage is refused',
  withDatabase,
  async (file) => {
    const { size } = await stat(file)
    await scribble(file, Math.floor(size / 4096 / 2) * 4096, Buffer.alloc(4096, 0xff))
  },
  /is damaged: /,
)
test('a database that lost its end is refused', withDatabase, async (file) => truncate(file, 8_192), /is damaged: /)
test('a database that lost all of it is refused, and not taken for a first start', withDatabase, (file) => truncate(file, 0), /it is empty/)
test(
  'a record that holds no JSON is refused by its table',
  withDatabase,
  (file) => sql(file, "UPDATE hosts SET body = '{half' WHERE id = 'host-7'"),
  /record \d+ of hosts holds what is no JSON/,
)
test(
  'a database of another program is refused',
  withDatabase,
  (file) => sql(file, 'DROP TABLE assignments; PRAGMA user_version = 3'),
  /not a database of Hostler/,
)

test('a database that is gone is refused after the first start, and made on it', async (t) => {
  await using directory = await scratchDirectory()
  const file = join(directory.path, 'hostler.db')
  await refused(t, file, 'STORE_CORRUPT', /it is gone/)
  t.deepEqual(await readdir(directory.path), [])
  await using _ = await openSqliteStore(file, { nowUnixMs: 0 })
  t.pass()
})

test('the refusal names the newest backup and the command that puts it back, or says that there is none', async (t) => {
  await using directory = await scratchDirectory()
  const file = join(directory.path, 'hostler.db')
  await makeDatabase(file, ['a'])
  {
    await using store = await open(file)
    await store.backup(join(directory.path, 'backups', 'hostler-2026-01-30T03-17-00-000Z.db'))
    await store.backup(join(directory.path, 'backups', 'hostler-2026-01-29T03-17-00-000Z.db'))
  }
  await truncate(file, 0)
  const command = `hostler controller restore --data-dir ${directory.path} --from ${directory.path}/backups/hostler-2026-01-30T03-17-00-000Z.db`
  const error = await t.throwsAsync(open(file), { code: 'STORE_CORRUPT' })
  t.true(error?.message.includes(command), error?.message)
  t.regex(error?.message ?? '', /newest of 2/)

  await using other = await scratchDirectory()
  await t.throwsAsync(open(join(other.path, 'hostler.db')), { message: /No backup lies in .*--from FILE/ })
})

test('what a crash leaves in the log is read, also when the transaction that was being written is torn', async (t) => {
  await using directory = await scratchDirectory()
  const crashed = join(directory.path, 'crashed.db')
  await makeCrashed(join(directory.path, 'hostler.db'), crashed, ['a', 'b', 'c'])
  const { size } = await stat(`${crashed}-wal`)
  await truncate(`${crashed}-wal`, size - 100)
  t.deepEqual(await hostsIn(crashed), ['a', 'b', 'closed'])
})

test('garbage in the middle of the log is refused, since finished transactions would be forgotten with it', async (t) => {
  await using directory = await scratchDirectory()
  const crashed = join(directory.path, 'crashed.db')
  await makeCrashed(join(directory.path, 'hostler.db'), crashed, ['a', 'b', 'c'])
  await scribble(`${crashed}-wal`, 32 + 24 + 1_000, Buffer.alloc(64, 0x5a))
  await refused(t, crashed, 'STORE_CORRUPT', /frame 1 of its write-ahead log has a wrong checksum, and finished transactions follow/)
})

test('a log that begins with garbage is refused, an empty one is none', async (t) => {
  await using directory = await scratchDirectory()
  const crashed = join(directory.path, 'crashed.db')
  await makeCrashed(join(directory.path, 'hostler.db'), crashed, ['a'])
  await scribble(`${crashed}-wal`, 0, Buffer.from('garbage!'))
  await refused(t, crashed, 'STORE_CORRUPT', /write-ahead log does not begin like one/)
  await writeFile(`${crashed}-wal`, '')
  t.deepEqual(await hostsIn(crashed), ['closed'])
})

test('an older database is migrated, a copy of it kept by version and time, and three such copies at most', async (t) => {
  await using directory = await scratchDirectory()
  const file = join(directory.path, 'hostler.db')
  for (let day = 1; day <= 5; day++) {
    await makeOldDatabase(file)
    const migrated: unknown[] = []
    {
      await using store = await openSqliteStore(file, {
        nowUnixMs: Date.UTC(2026, 0, day),
        mustExist: true,
        onMigrated: (told) => migrated.push(told),
      })
      t.is((await store.load()).hosts[0]?.generation, 7)
    }
    t.like(migrated[0], { from: 1, backup: join(directory.path, `backups/before-upgrade-schema1-2026-01-0${day}T00-00-00-000Z.db`) })
    await sql(file, 'PRAGMA wal_checkpoint(TRUNCATE)')
    await (await import('node:fs/promises')).rm(file)
  }
  const kept = (await readdir(join(directory.path, 'backups'))).toSorted()
  t.deepEqual(
    kept,
    [3, 4, 5].map((day) => `before-upgrade-schema1-2026-01-0${day}T00-00-00-000Z.db`),
  )
  t.is((await stat(join(directory.path, 'backups', kept[0] ?? ''))).mode & 0o777, 0o600)
  t.deepEqual(await hostsIn(join(directory.path, 'backups', kept[0] ?? '')), ['a'])
})

test('a database of a newer version is refused with the backup from before its upgrade', async (t) => {
  await using directory = await scratchDirectory()
  const file = join(directory.path, 'hostler.db')
  await makeDatabase(file, ['a'])
  await sql(file, 'PRAGMA user_version = 99')
  await mkdir(join(directory.path, 'backups'))
  for (const schema of [3, 98])
    await writeFile(join(directory.path, `backups/before-upgrade-schema${schema}-2026-01-0${schema % 9}T00-00-00-000Z.db`), '')
  await refused(t, file, 'STORE_TOO_NEW', /has schema 99.*nothing was changed.*--from .*before-upgrade-schema3-/)
})

labTest(test, { root: true })('with no room for the copy or for the migration nothing is migrated, and no copy stays', async (t) => {
  await using directory = await scratchDirectory()
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'hostler-test', directory.path])
  try {
    const file = join(directory.path, 'hostler.db')
    await makeOldDatabase(file)
    const filler = join(directory.path, 'filler')
    await t.throwsAsync(writeFile(filler, Buffer.alloc(1024 * 1024)))
    await t.throwsAsync(open(file), { code: 'STORE_FULL' })
    for (let free = 4; free <= 256; free += 12) {
      await truncate(filler, Math.max(0, (await stat(filler)).size - 12 * 1024))
      const opened = await open(file).catch((error: unknown) => error as Error)
      if (!(opened instanceof Error)) {
        t.is((await opened.load()).hosts[0]?.generation, 7)
        await opened[Symbol.asyncDispose]()
        t.is((await readdir(join(directory.path, 'backups'))).length, 1)
        return
      }
      t.like(opened, { code: 'STORE_FULL' })
      t.deepEqual(await readdir(join(directory.path, 'backups')).catch(() => []), [], 'no copy of what was not migrated')
    }
    t.fail('it was never migrated')
  } finally {
    execFileSync('umount', ['-l', directory.path])
  }
})

labTest(test, { root: true })('a directory on a disk that is mounted read-only is refused by name', async (t) => {
  await using directory = await scratchDirectory()
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'hostler-test', directory.path])
  try {
    const file = join(directory.path, 'hostler.db')
    await makeDatabase(file, ['a'])
    execFileSync('mount', ['-o', 'remount,ro', directory.path])
    await refused(t, file, 'DATA_DIR_UNWRITABLE', /hostler\.db .*EROFS/)
    const error = await t.throwsAsync(lockDirectory(directory.path), { code: 'DATA_DIR_UNWRITABLE' })
    t.regex(error?.message ?? '', /data directory .* cannot be written .*read-write/)
  } finally {
    execFileSync('umount', ['-l', directory.path])
  }
})

labTest(test, { root: true })('a database of another user is refused with the owner to give it', async (t) => {
  await using directory = await scratchDirectory()
  const file = join(directory.path, 'hostler.db')
  await makeDatabase(file, ['a'])
  await chmod(directory.path, 0o777)
  const module = join(import.meta.dirname, '../../../controller/store/check.ts')
  const script = `process.setuid(65534); import(${JSON.stringify(module)}).then(({ checkFiles }) => checkFiles(${JSON.stringify(file)}, true)).catch((error) => console.log(error.code, error.message))`
  const told = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })
  t.regex(told, /^DATA_DIR_UNWRITABLE .*hostler\.db of user 0 .*chown --reference/)
})

test('damage is found before the nightly copy is made, so that it does not push out a good one', async (t) => {
  await using directory = await scratchDirectory()
  const file = join(directory.path, 'hostler.db')
  await using store = await openSqliteStore(file, { nowUnixMs: 0 })
  await store.commit([host('a')])
  await store.reports.change({ put: { entry: { summary: { id: 'r', atUnixMs: 1 } as never, bytes: 1 }, document: 'x'.repeat(60_000) } })
  // Pages of a report, which a start does not read.
  await sql(file, 'PRAGMA wal_checkpoint(TRUNCATE)')
  await scribble(file, -4096 * 3, Buffer.alloc(4096, 0xff))
  await t.throwsAsync(store.backup(join(directory.path, 'backups/hostler-2026-01-30T03-17-00-000Z.db')), { code: 'STORE_CORRUPT' })
  t.deepEqual(await readdir(join(directory.path, 'backups')).catch(() => []), [])
})
