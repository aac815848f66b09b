import { copyFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { startProcess } from '../../lab/process.ts'
import { scratchDirectory } from '../../support/scratch.ts'

const hostler = join(import.meta.dirname, '../../../bin/hostler')
const deadlineMs = 60_000

const ports = {
  HOSTLER_CONTROLLER_LISTEN_HOST: '127.0.0.1',
  HOSTLER_CONTROLLER_LISTEN_PORT: '0',
  HOSTLER_CONTROLLER_LISTEN_ENROL_PORT: '0',
  HOSTLER_CONTROLLER_LISTEN_HEALTH_PORT: '0',
  HOSTLER_CONTROLLER_METRICS_LISTEN_PORT: '0',
  HOSTLER_CONTROLLER_ADVERTISE: '127.0.0.1',
}

test('a controller refuses a damaged database once and for all, with the way back and no stack trace, and the way back works', async (t) => {
  t.timeout(120_000)
  await using directory = await scratchDirectory()
  const dataDir = join(directory.path, 'controller')
  const start = (args: readonly string[]) => startProcess(hostler, args, { env: ports })
  {
    await using controller = await start(['controller', '--data-dir', dataDir])
    await controller.outputs(/daemon ready/, deadlineMs)
    controller.kill('SIGTERM')
    t.deepEqual(await controller.exited, { code: 0, signal: null })
  }
  const backup = join(directory.path, 'backup.db')
  await copyFile(join(dataDir, 'hostler.db'), backup)
  await writeFile(join(dataDir, 'hostler.db'), Buffer.alloc(8_192, 0x5a))

  for (const args of [
    ['controller', '--data-dir', dataDir],
    // Tries everything again, but not this.
    ['up', '--no-agent', '--data-dir', directory.path],
  ]) {
    await using refused = await start(args)
    t.deepEqual(await refused.closed, { code: 9, signal: null }, args[0])
    t.regex(refused.stdout + refused.stderr, /hostler\.db is damaged: .*hostler controller restore --data-dir .*\ncode: STORE_CORRUPT/)
    t.notRegex(refused.stdout + refused.stderr, /\n\s+at |INTERNAL/)
  }

  await using restored = await start(['controller', 'restore', '--from', backup, '--data-dir', dataDir])
  t.deepEqual(await restored.closed, { code: 0, signal: null })
  t.regex(restored.stdout + restored.stderr, /is restored: 0 deployments, 0 hosts, 0 replicas/)
  t.true((await readdir(dataDir)).some((name) => name.startsWith('replaced-')))
  await using again = await start(['controller', '--data-dir', dataDir])
  await again.outputs(/daemon ready/, deadlineMs)
})

test('a second controller on a directory is refused and told who holds it', async (t) => {
  t.timeout(120_000)
  await using directory = await scratchDirectory()
  await using first = await startProcess(hostler, ['controller', '--data-dir', directory.path], { env: ports })
  await first.outputs(/daemon ready/, deadlineMs)
  await using second = await startProcess(hostler, ['controller', '--data-dir', directory.path], { env: ports })
  t.deepEqual(await second.closed, { code: 1, signal: null })
  t.regex(second.stdout + second.stderr, /process \d+ already uses .*\ncode: DATA_DIR_LOCKED/)
})
