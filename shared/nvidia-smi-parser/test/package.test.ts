import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'

const run = promisify(execFile)
const packageFolder = fileURLToPath(new URL('..', import.meta.url))
const binaries = fileURLToPath(new URL('../../../node_modules/.bin', import.meta.url))

test('The package packs to JavaScript and types that a project without TypeScript can use', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), `nvidia-smi-parser-${process.pid}-`))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const source = join(folder, 'source')
  await cp(packageFolder, source, { recursive: true, filter: (path) => !['node_modules', 'test', 'dist'].includes(basename(path)) })
  const before = await readFile(join(source, 'package.json'), 'utf8')
  const env = { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH}`, npm_config_cache: join(folder, 'cache') }
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: source, env, timeout: 120_000 })
  t.deepEqual(JSON.parse(await readFile(join(source, 'package.json'), 'utf8')), JSON.parse(before), 'the sources are as before')

  const [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as { filename: string; files: { path: string }[] }[]
  const paths = packed?.files.map(({ path }) => path) ?? []
  for (const path of ['LICENSE', 'README.md', 'package.json', 'dist/index.js', 'dist/index.d.ts']) t.true(paths.includes(path), path)
  t.deepEqual(
    paths.filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts')),
    [],
  )

  const installed = join(folder, 'user', 'node_modules', 'nvidia-smi-parser')
  await mkdir(installed, { recursive: true })
  await run('tar', ['-xzf', join(folder, packed?.filename ?? ''), '--strip-components=1', '-C', installed], { timeout: 30_000 })
  await writeFile(
    join(folder, 'user', 'main.mjs'),
    "import { parseReport } from 'nvidia-smi-parser'\nconsole.log(parseReport('No devices were found').failure.kind)\n",
  )
  const used = await run(process.execPath, [join(folder, 'user', 'main.mjs')], { timeout: 30_000 })
  t.is(used.stdout.trim(), 'no-devices')
})
