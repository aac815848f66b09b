/** bin/hostler as people and scripts run it: a process of its own. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import test from 'ava'
import { packageRoot } from '../../../shared/config/package-root.ts'
import { eventually } from '../../lab/wait.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { startControlServer } from './support/control-server.ts'
import { deployment, fleet, replica, troubledFleet } from './support/fleets.ts'

const launcher = join(packageRoot, 'bin/hostler')

interface Ended {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A test that fails half way must not leave its program running. */
const children = new Set<ChildProcess>()
test.after.always('end what still runs', () => {
  for (const child of children) child.kill('SIGKILL')
})

const spawned = (
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  program = launcher,
): { child: ChildProcess; ended: Promise<Ended> } => {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: '/nonexistent', ...environment },
  })
  children.add(child)
  child.once('exit', () => children.delete(child))
  const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]).then(([[exitCode], stdout, stderr]) => ({
    exitCode,
    stdout,
    stderr,
  }))
  return { child, ended }
}

const hostler = (line: string, environment: NodeJS.ProcessEnv = {}) => spawned(line === '' ? [] : line.split(' '), environment).ended

test('the exit codes that scripts rely on', async (t) => {
  await using server = await startControlServer()
  server.answers.fleet = troubledFleet()
  const known = { HOSTLER_CREDENTIALS: server.credentialsFile }
  const codes = async (lines: readonly string[]) => Promise.all(lines.map(async (line) => [line, (await hostler(line, known)).exitCode]))
  t.deepEqual(
    await codes([
      '',
      '--help',
      'get --help',
      'help exit-codes',
      'version',
      'get hosts',
      'get nonsense',
      'deploy -f /nonexistent',
      'get hosts nope',
      'get hosts --credentials /nope',
      'rollout status ds7b --timeout 1s',
    ]),
    [
      ['', 0],
      ['--help', 0],
      ['get --help', 0],
      ['help exit-codes', 0],
      ['version', 0],
      ['get hosts', 0],
      ['get nonsense', 2],
      ['deploy -f /nonexistent', 2],
      ['get hosts nope', 3],
      ['get hosts --credentials /nope', 6],
      ['rollout status ds7b --timeout 1s', 5],
    ],
  )
  await server.stop()
  const away = await hostler('get hosts', known)
  t.is(away.exitCode, 4)
  t.regex(
    away.stderr,
    /^error: the controller at 127\.0\.0\.1:\d+ does not answer \(.*ECONNREFUSED.*\)\ncode: CONTROLLER_UNREACHABLE\nhint: check that the controller runs/,
  )
  await server.start()
})

test('the launcher becomes the program: a signal to its pid is Ctrl-C, and ends it with 130', async (t) => {
  await using server = await startControlServer()
  server.answers.fleet = troubledFleet()
  const { child, ended } = spawned(['get', 'replicas', '--watch'], { HOSTLER_CREDENTIALS: server.credentialsFile })
  await eventually(() => server.watchers() === 1, { deadlineMs: 30_000, what: 'the watch' })
  t.regex(await readFile(`/proc/${child.pid}/cmdline`, 'utf8'), /node\0.*(main\.ts|controller\.js)\0get\0replicas\0--watch\0$/)
  child.kill('SIGINT')
  t.is((await ended).exitCode, 130)
  await eventually(() => server.watchers() === 0, { deadlineMs: 10_000, what: 'the stream to end' })
})

test('a reader that goes away ends the command quietly', async (t) => {
  await using server = await startControlServer()
  const names = Array.from({ length: 3_000 }, (_, index) => `deployment-with-a-long-name-${index}`)
  server.answers.fleet = fleet({ deployments: names.map((name) => deployment(name, { specJson: '' })) })
  const { stdout, stderr } = await promisify(execFile)(
    'bash',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is bash's.
    ['--norc', '-c', '"$0" get deployments -o json | head -n 1; echo "${PIPESTATUS[0]}"', launcher],
    {
      env: { PATH: process.env.PATH, HOSTLER_CREDENTIALS: server.credentialsFile },
    },
  )
  t.is(stdout, '{\n0\n')
  t.is(stderr, '')
  server.answers.fleet = fleet({ replicas: [replica('a-1', {})] })
  const { child, ended } = spawned(['get', 'replicas', '--watch', '-o', 'json'], { HOSTLER_CREDENTIALS: server.credentialsFile })
  await eventually(() => server.watchers() === 1, { deadlineMs: 30_000, what: 'the watch' })
  child.stdout?.destroy()
  const closing = setInterval(() => server.show(fleet({ replicas: [replica('a-1', { restarts: 1 })] })), 50)
  const [exitCode] = await once(child, 'exit')
  clearInterval(closing)
  t.is(exitCode, 0)
  await t.throwsAsync(ended, undefined, 'its stdout was closed by the reader')
})

test('the launcher is found through symbolic links, relative ones too, from any directory', async (t) => {
  await using scratch = await scratchDirectory()
  await mkdir(join(scratch.path, 'a/b'), { recursive: true })
  await symlink(launcher, join(scratch.path, 'a/first'))
  await symlink('../first', join(scratch.path, 'a/b/hostler'))
  const { exitCode, stdout } = await spawned(['version', '--client'], {}, join(scratch.path, 'a/b/hostler')).ended
  t.is(exitCode, 0)
  t.regex(stdout, /^client:/)
  const inPath = await promisify(execFile)('sh', ['-c', 'cd / && hostler version --client'], {
    env: { PATH: `${join(scratch.path, 'a/b')}:${process.env.PATH}` },
  })
  t.regex(inPath.stdout, /^client:/)
  const fromHere = await promisify(execFile)('sh', ['-c', 'sh hostler version --client'], { cwd: join(packageRoot, 'bin') })
  t.regex(fromHere.stdout, /^client:/)
})

/** An installation with programs that only tell what was started. */
const installed = async (path: string, node: string | undefined) => {
  await mkdir(join(path, 'bin'), { recursive: true })
  await mkdir(join(path, 'dist'))
  await copyFile(launcher, join(path, 'bin/hostler'))
  if (node !== undefined) {
    await mkdir(join(path, 'lib/hostler'), { recursive: true })
    await writeFile(join(path, 'lib/hostler/node'), node, { mode: 0o755 })
  }
  for (const part of ['agent', 'controller']) await writeFile(join(path, `dist/${part}.js`), '')
  return join(path, 'bin/hostler')
}

test('an installed bundle uses its own Node and its own files, and the agent is a program of its own', async (t) => {
  await using scratch = await scratchDirectory()
  const program = await installed(scratch.path, '#!/bin/sh\nprintf "%s|" "$@"\n')
  const flags = '--lite-mode|--single-threaded-gc|--min-semi-space-size=2|--max-semi-space-size=2|--max-old-space-size=256|'
  t.is((await spawned(['agent', '--join', 'a b'], {}, program).ended).stdout, `${flags}${scratch.path}/dist/agent.js|agent|--join|a b|`)
  const ofGateway = '--no-allocation-site-pretenuring|--no-parallel-scavenge|'
  t.is((await spawned(['gateway'], {}, program).ended).stdout, `${ofGateway}${scratch.path}/dist/controller.js|gateway|`)
  t.is((await spawned(['get', 'hosts'], {}, program).ended).stdout, `${scratch.path}/dist/controller.js|get|hosts|`)
  t.is((await spawned([], {}, program).ended).stdout, `${scratch.path}/dist/controller.js|`)
})

test('without a Node of its own the one of the PATH is taken when it is new enough, else the remedy is told', async (t) => {
  await using scratch = await scratchDirectory()
  const program = await installed(scratch.path, undefined)
  const path = join(scratch.path, 'path')
  await mkdir(path)
  const withNode = async (version: string) => {
    await writeFile(join(path, 'node'), `#!/bin/sh\nif [ "$1" = --version ]; then echo ${version}; else echo "runs $1"; fi\n`, {
      mode: 0o755,
    })
    return spawned(['get'], { PATH: `${path}:/usr/bin:/bin` }, program).ended
  }
  t.is((await withNode('v26.1.0')).stdout, `runs ${scratch.path}/dist/controller.js\n`)
  t.is((await withNode('v100.0.0')).exitCode, 0)
  const old = await withNode('v20.20.2')
  t.deepEqual({ exitCode: old.exitCode, stdout: old.stdout }, { exitCode: 1, stdout: '' })
  t.regex(old.stderr, /^error: Hostler needs Node 26 or later, found: v20\.20\.2\nhint: .*npm ci/)
  await writeFile(join(path, 'node'), '#!/bin/sh\nexit 127\n', { mode: 0o755 })
  t.regex((await spawned(['get'], { PATH: `${path}:/usr/bin:/bin` }, program).ended).stderr, /found: none/)
})
