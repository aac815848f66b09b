import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test from 'ava'
import { makePackage } from '../../scripts/lib/package-directory.ts'

const run = promisify(execFile)

/** Every file that a program loads at its start. */
const closure = async (directory: string, file: string, seen = new Set<string>()): Promise<ReadonlySet<string>> => {
  if (seen.has(file)) return seen
  seen.add(file)
  const text = await readFile(join(directory, file), 'utf8')
  for (const [, path = ''] of text.matchAll(/(?:from|import)\s*"\.\/((?:chunks\/)?[\w.-]+\.js)"/g)) {
    await closure(directory, file.startsWith('chunks/') ? join('chunks', path) : path, seen)
  }
  return seen
}

test('a package runs with nothing of its machine but a shell, and its agent holds no database', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'hostler-package-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  await makePackage(directory)
  const { version } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as { version: string }
  const bare = { env: { PATH: '/usr/bin:/bin' }, cwd: '/', timeout: 20_000 }
  t.is((await run(join(directory, 'bin/hostler'), ['--version'], bare)).stdout, `${version}\n`)
  t.is((await run(join(directory, 'bin/hostler'), ['agent', '--version'], bare)).stdout, `${version}\n`)

  const files = await closure(join(directory, 'dist'), 'agent.js')
  t.true(files.size > 1)
  const texts = await Promise.all([...files].map((file) => readFile(join(directory, 'dist', file), 'utf8')))
  t.true(texts.some((text) => text.includes('hostler.replica')))
  t.false(texts.some((text) => /node_sqlite3|cpu-features/.test(text)))
  t.regex(await readFile(join(directory, 'THIRD-PARTY.txt'), 'utf8'), /@grpc\/grpc-js [\d.]+ \(Apache-2\.0\)/)
  await t.throwsAsync(makePackage(directory), { message: /is not empty/ })
})
