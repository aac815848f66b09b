import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { exitCodes } from '../../../controller/cli/exit-codes.ts'
import { packageRoot } from '../../../shared/config/package-root.ts'
import { startControlServer } from './support/control-server.ts'
import { nowUnixMs, troubledFleet } from './support/fleets.ts'
import { run } from './support/run.ts'

const page = await readFile(join(packageRoot, 'docs/cli.md'), 'utf8')

test('docs/cli.md and hostler help exit-codes list the exit codes as they are', async (t) => {
  const table = Object.values(exitCodes).map(({ code, meaning }) => `| ${code} | ${meaning} |\n`)
  t.true(page.includes(`| Code | Meaning |\n|---|---|\n${table.join('')}\n`))
  const { stdout } = await run(['help', 'exit-codes'])
  for (const { code, meaning } of Object.values(exitCodes)) t.true(stdout.includes(`${String(code).padStart(5)}  ${meaning}\n`))
})

test('docs/cli.md names every command of the help, and the help every one of the docs', async (t) => {
  const { stdout } = await run(['--help'])
  const inHelp = [...stdout.matchAll(/^ {2}([a-z]+)(?: [[<].*?)? {2,}/gm)].map(([, word = '']) => word).filter((word) => word !== 'help')
  const inDocs = [...page.matchAll(/^\| `hostler ([a-z]+)/gm)].map(([, word = '']) => word)
  t.deepEqual(inHelp.toSorted(), inDocs.toSorted())
  t.true(inHelp.length > 15)
})

test('the fields that docs/cli.md gives for each list are those of the JSON', async (t) => {
  await using server = await startControlServer()
  server.answers.fleet = troubledFleet()
  server.answers.events = [{ id: 1, atUnixMs: nowUnixMs, level: 'info', reason: 'Something', subject: 'host/gpu-1', message: '' }]
  server.answers.history = [{ number: 1, state: 'current' }]
  for (const line of [
    'get hosts',
    'get gpus',
    'get deployments',
    'get replicas',
    'get gateways',
    'get events',
    'rollout history',
    'report list',
    'token list',
    'key list',
  ]) {
    const words = line === 'rollout history' ? [...line.split(' '), 'ds7b'] : line.split(' ')
    const { stdout } = await run([...words, '-o', 'json'], { credentialsFile: server.credentialsFile })
    const items: readonly object[] = JSON.parse(stdout).items
    const documented = page.match(new RegExp(`^\\| \`${line}\` \\| \`([^\`]+)\``, 'm'))?.[1]?.split(' ')
    t.deepEqual([...new Set(items.flatMap((item) => Object.keys(item)))].toSorted(), documented?.toSorted(), line)
  }
})
