import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { placeProgram } from '../../../agent/install/program.ts'

const write = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

const directories = async (t: ExecutionContext) => {
  const directory = await mkdtemp(join(tmpdir(), 'hostler-install-'))
  t.teardown(() => rm(directory, { recursive: true, force: true }))
  const source = join(directory, 'package')
  await write(join(source, 'bin/hostler'), 'program')
  await write(join(source, 'lib/hostler/node'), 'node')
  await write(join(source, 'dist/agent.js'), 'new')
  return { directory, source, prefix: join(directory, 'opt/hostler') }
}

test('a package is copied to its prefix, and replaces an older one whole', async (t) => {
  const { source, prefix } = await directories(t)
  t.true(await placeProgram(source, prefix))
  await write(join(prefix, 'dist/agent.js'), 'old')
  await write(join(prefix, 'dist/chunks/gone.js'), 'old')
  t.true(await placeProgram(source, prefix))
  t.is(await readFile(join(prefix, 'dist/agent.js'), 'utf8'), 'new')
  t.deepEqual(await readdir(join(prefix, 'dist')), ['agent.js'])
  t.deepEqual(await readdir(dirname(prefix)), ['hostler'])
})

test('what is left of an interrupted copy does not stand in the way', async (t) => {
  const { source, prefix } = await directories(t)
  await write(join(`${prefix}.new`, 'half'), '')
  await write(join(`${prefix}.old`, 'bin/hostler'), '')
  t.true(await placeProgram(source, prefix))
  t.deepEqual(await readdir(dirname(prefix)), ['hostler'])
})

test('a program that runs from its prefix stays as it is', async (t) => {
  const { source } = await directories(t)
  t.false(await placeProgram(source, source))
})

test('a checkout is refused: it does not work elsewhere', async (t) => {
  const { source, prefix } = await directories(t)
  await rm(join(source, 'lib'), { recursive: true })
  await t.throwsAsync(placeProgram(source, prefix), { code: 'ARGUMENT_INVALID', message: /npm run build -- --package/ })
})

test('a prefix that holds something else is refused and left alone', async (t) => {
  const { source, prefix } = await directories(t)
  await write(join(prefix, 'photographs'), 'dear')
  await t.throwsAsync(placeProgram(source, prefix), { code: 'ARGUMENT_INVALID', message: /something else/ })
  t.is(await readFile(join(prefix, 'photographs'), 'utf8'), 'dear')
})
