import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import test from 'ava'
import { lockDirectory } from '../../../shared/lifecycle/directory-lock.ts'
import { scratchDirectory } from '../../support/scratch.ts'

const module = join(import.meta.dirname, '../../../shared/lifecycle/directory-lock.ts')
const holder = (directory: string) =>
  spawn(
    process.execPath,
    [
      '-e',
      `import(${JSON.stringify(module)}).then(async ({ lockDirectory }) => { await lockDirectory(${JSON.stringify(directory)}); console.log('held'); setInterval(() => {}, 1000) })`,
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )

test('a directory is held by one process, which is named to the next one', async (t) => {
  await using directory = await scratchDirectory()
  const first = holder(directory.path)
  try {
    await once(first.stdout, 'data')
    const error = await t.throwsAsync(lockDirectory(directory.path), { code: 'DATA_DIR_LOCKED' })
    t.true(error?.message.includes(`process ${first.pid} `))
  } finally {
    first.kill('SIGKILL')
    await once(first, 'exit')
  }
  await using _ = await lockDirectory(directory.path)
  t.pass('a holder that was killed leaves nothing behind')
})

test('a lock that was given back can be taken again', async (t) => {
  await using directory = await scratchDirectory()
  await (await lockDirectory(directory.path))[Symbol.asyncDispose]()
  await using _ = await lockDirectory(directory.path)
  t.pass()
})
