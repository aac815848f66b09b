import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import type { FleetView } from '../../../proto/generated/hostler/v1/FleetView.ts'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import { eventually } from '../../lab/wait.ts'
import { type ControlServer, startControlServer } from './support/control-server.ts'
import { deployment, fleet, replica } from './support/fleets.ts'
import { type RunOptions, run, start } from './support/run.ts'

const spec = (name: string, replicas = 1): string =>
  `name: ${name}\nmodel:\n  name: ${name}\n  path: /models/${name}\nengine:\n  preset: vllm\nreplicas: ${replicas}\n`

const coming = (change: Parameters<typeof deployment>[1] = {}) =>
  deployment('ds7b', { revision: 2, state: 'progressing', replicasReady: 0, ...change })
const fresh = { revision: 2 }
const done = (): FleetView => fleet({ deployments: [coming({ state: 'ready' })], replicas: [replica('ds7b-2', { phase: 'ready' }, fresh)] })

/** A server with ds7b about to become revision 2, its file, and a way to run deploy. */
const setUp = async () => {
  const server = await startControlServer()
  server.answers.apply = ({ specJson }) => ({
    deployment: JSON.parse(specJson).name,
    revision: 2,
    created: false,
    changed: true,
    notes: [],
  })
  server.answers.history = [
    { number: 1, state: 'superseded' },
    { number: 2, state: 'current' },
  ]
  server.answers.fleet = fleet({ deployments: [coming()], replicas: [replica('ds7b-1', { phase: 'ready' })] })
  const file = join(server.directory, 'ds7b.yaml')
  await writeFile(file, spec('ds7b'))
  const deploy = (words: readonly string[] = [], options: RunOptions = {}) =>
    start(['deploy', '-f', file, ...words], { credentialsFile: server.credentialsFile, ...options })
  return { server, file, deploy, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

const watched = (server: ControlServer) => eventually(() => server.watchers() > 0, { deadlineMs: 10_000, what: 'the command to watch' })
const unwatched = (server: ControlServer) =>
  eventually(() => server.watchers() === 0, { deadlineMs: 10_000, what: 'the former watches to end' })
const said = (text: () => string, part: string) =>
  eventually(() => text().includes(part), { deadlineMs: 10_000, what: `"${part}" in the output` })

test('a log shows each step of a deployment once, and the end goes to stdout', async (t) => {
  await using lab = await setUp()
  const running = lab.deploy()
  await watched(lab.server)
  for (const progressPercent of [3, 41, 44, 49]) {
    lab.server.show(
      fleet({
        deployments: [coming()],
        replicas: [replica('ds7b-1', { phase: 'ready' }), replica('ds7b-2', { phase: 'pulling', progressPercent }, fresh)],
      }),
    )
    if (progressPercent > 3) await said(running.stderr, 'pulling 40%')
  }
  for (const phase of ['starting', 'loading', 'probing']) {
    lab.server.show(
      fleet({ deployments: [coming()], replicas: [replica('ds7b-1', { phase: 'ready' }), replica('ds7b-2', { phase }, fresh)] }),
    )
    await said(running.stderr, phase)
  }
  lab.server.show(done())
  const { exitCode, stdout, stderr } = await running.ended
  t.is(exitCode, 0)
  t.regex(stdout, /^deployment ds7b changed \(revision 2\)\ndeployment ds7b is ready: revision 2, 1\/1 replicas \(\d+s\)\n$/)
  t.is(stderr.match(/ds7b-2 on gpu-1: pulling 40%/g)?.length, 1)
  t.regex(
    stderr,
    /ds7b-2 on gpu-1: starting\n[\s\S]*ds7b-2 on gpu-1: loading\n[\s\S]*ds7b-2 on gpu-1: probing\n[\s\S]*ds7b-2 on gpu-1: ready\n[\s\S]*ds7b-1: gone\n/,
  )
  t.false(stderr.includes('\x1b'))
})

test('a terminal shows one block that is drawn over and leaves only the end', async (t) => {
  await using lab = await setUp()
  const running = lab.deploy([], { tty: true, columns: 60 })
  await watched(lab.server)
  lab.server.show(fleet({ deployments: [coming()], replicas: [replica('ds7b-2', { phase: 'pulling', progressPercent: 41 }, fresh)] }))
  await said(running.stderr, 'pulling 41%')
  lab.server.show(done())
  const { exitCode, stderr } = await running.ended
  t.is(exitCode, 0)
  t.true(stderr.endsWith('\x1b[3A\r\x1b[J'), 'the block is taken away')
})

test('an old view that still calls the old revision ready is not the end', async (t) => {
  await using lab = await setUp()
  lab.server.answers.fleet = fleet({
    deployments: [coming({ state: 'ready', replicasReady: 1 })],
    replicas: [replica('ds7b-1', { phase: 'ready' })],
  })
  const running = lab.deploy()
  await watched(lab.server)
  await said(running.stderr, 'ds7b-1 on gpu-1: ready')
  t.notRegex(running.stdout(), /is ready/)
  lab.server.show(done())
  t.is((await running.ended).exitCode, 0)
})

test('a rollback ends with 1, the reason, and the last words of a replica that is gone by then', async (t) => {
  await using lab = await setUp()
  const running = lab.deploy()
  await watched(lab.server)
  const crashed = {
    phase: 'backoff',
    reason: 'EXITED',
    message: 'the engine exited with code 1',
    lastLogLines: ['loading weights', 'ValueError: \x1b[31mno\x1b[0m'],
  }
  lab.server.show(fleet({ deployments: [coming()], replicas: [replica('ds7b-1', { phase: 'ready' }), replica('ds7b-2', crashed, fresh)] }))
  await said(running.stderr, 'EXITED')
  lab.server.answers.history = [
    { number: 1, state: 'current' },
    { number: 2, state: 'failed', message: 'ds7b-2 exited 3 times' },
  ]
  lab.server.show(fleet({ deployments: [deployment('ds7b', { state: 'rolled-back' })], replicas: [replica('ds7b-1', { phase: 'ready' })] }))
  const { exitCode, stderr } = await running.ended
  t.is(exitCode, 1)
  t.true(stderr.includes('error: revision 2 of ds7b failed; rolled back, revision 1 runs: ds7b-2 exited 3 times\n'))
  t.true(stderr.includes('Last log lines of ds7b-2 on gpu-1:\n  loading weights\n  ValueError: no\n'))
  t.regex(stderr, /code: EXITED\nhint: hostler get events ds7b; hostler describe deployment ds7b\n$/)
})

test('a first deployment that fails, with nothing to go back to, ends with 1 too', async (t) => {
  await using lab = await setUp()
  lab.server.answers.history = [{ number: 2, state: 'failed', message: 'no progress for 30 min' }]
  lab.server.answers.fleet = fleet({
    deployments: [coming({ state: 'degraded' })],
    replicas: [replica('ds7b-2', { phase: 'failed', reason: 'LOAD_TIMEOUT', message: 'not healthy after 20 min' }, fresh)],
  })
  const { exitCode, stderr } = await lab.deploy(['-o', 'json']).ended
  t.is(exitCode, 1)
  const { error } = JSON.parse(stderr.trim().split('\n').at(-1) ?? '')
  t.like(error, {
    code: 'LOAD_TIMEOUT',
    message: 'revision 2 of ds7b failed: no progress for 30 min',
    exitCode: 1,
    deployment: 'ds7b',
    revision: 2,
    replica: 'ds7b-2',
    host: 'gpu-1',
  })
})

test('a replica without a place shows the reason of every host and what would help', async (t) => {
  await using lab = await setUp()
  const running = lab.deploy()
  await watched(lab.server)
  const unplaced = [
    {
      count: 2,
      suggestion: 'add a host with 2 free GPUs',
      hosts: [
        { host: 'gpu-1', code: 'gpus-taken', message: 'both GPUs are held' },
        { host: 'gpu-2', code: 'cordoned', message: 'by an operator' },
      ],
    },
  ]
  lab.server.show(fleet({ deployments: [coming({ state: 'pending', unplaced })] }))
  await said(running.stderr, 'What would help')
  t.regex(
    running.stderr(),
    /2 replicas have no place:\n +HOST +REASON +WHAT IS IN THE WAY\n +gpu-1 +gpus-taken +both GPUs are held\n +gpu-2 +cordoned +by an operator\n +What would help: add a host with 2 free GPUs\n/,
  )
  lab.server.show(done())
  t.is((await running.ended).exitCode, 0)
})

test('a controller that restarts in between is waited for', async (t) => {
  await using lab = await setUp()
  const running = lab.deploy()
  await watched(lab.server)
  await lab.server.stop()
  await said(running.stderr, 'the connection to the controller is lost; the rollout goes on')
  lab.server.answers.fleet = done()
  await lab.server.start()
  const { exitCode, stderr } = await running.ended
  t.is(exitCode, 0)
  t.true(stderr.includes('connected to the controller again'))
})

test('the time given is kept, also while nobody answers: 5, and the rollout goes on', async (t) => {
  await using lab = await setUp()
  const { exitCode, stderr } = await lab.deploy(['--timeout', '3s']).ended
  t.is(exitCode, 5)
  t.regex(stderr, /error: ds7b is not ready after 3s; the rollout goes on: hostler describe deployment ds7b\ncode: DEADLINE_EXCEEDED/)
  await unwatched(lab.server)
  const cut = lab.deploy(['--timeout', '2s'])
  await watched(lab.server)
  await lab.server.stop()
  t.is((await cut.ended).exitCode, 5)
})

test('Ctrl-C stops watching, not the rollout, and says how to go on watching', async (t) => {
  await using lab = await setUp()
  const stop = new AbortController()
  const running = lab.deploy([], { signal: stop.signal })
  await watched(lab.server)
  stop.abort()
  const { exitCode, stderr } = await running.ended
  t.is(exitCode, 130)
  t.true(stderr.includes('stopped watching; the rollout goes on: hostler rollout status ds7b\n'))
})

test('a later revision of someone else, a pause and a deletion end the wait with 1 and their name', async (t) => {
  await using lab = await setUp()
  for (const [view, told] of [
    [fleet({ deployments: [coming({ revision: 3 })] }), /revision 2 of ds7b was replaced by revision 3/],
    [fleet({ deployments: [coming({ state: 'deleting' })] }), /ds7b was deleted while it was rolled out/],
    [fleet({ deployments: [] }), /ds7b was deleted while it was rolled out/],
  ] as const) {
    lab.server.answers.fleet = view
    const { exitCode, stderr } = await lab.deploy().ended
    t.is(exitCode, 1)
    t.regex(stderr, told)
  }
  const paused = fleet({ deployments: [coming({ state: 'paused' })], replicas: [replica('ds7b-1', { phase: 'ready' })] })
  lab.server.answers.fleet = paused
  await unwatched(lab.server)
  const running = lab.deploy()
  await watched(lab.server)
  lab.server.show(paused)
  const { exitCode, stderr } = await running.ended
  t.is(exitCode, 1)
  t.regex(stderr, /paused[\s\S]*hint: hostler rollout resume ds7b/)
})

test('--no-wait returns at once; --dry-run changes nothing and says what it would do', async (t) => {
  await using lab = await setUp()
  t.deepEqual(await lab.deploy(['--no-wait']).ended, { exitCode: 0, stdout: 'deployment ds7b changed (revision 2)\n', stderr: '' })
  t.is((await lab.deploy(['--dry-run']).ended).stdout, 'deployment ds7b would be changed (revision 2)\n')
  t.deepEqual(
    lab.server.seen.filter(({ call }) => call === 'Apply').map(({ request }) => (request as { dryRun: boolean }).dryRun),
    [false, true],
  )
})

test('several deployments, from several files and standard input, are all checked before the first is applied', async (t) => {
  await using lab = await setUp()
  const stdin = `${spec('one')}---\n${spec('two')}`
  const refuse = (name: string) => {
    lab.server.answers.apply = ({ specJson }) => {
      const given = JSON.parse(specJson)
      if (given.name === name) throw new HostlerError('NAME_TAKEN', 'model name "two" is already served by deployment "old"')
      return { deployment: given.name, revision: 1, created: true, changed: true, notes: ['a note'] }
    }
  }
  refuse('two')
  const refused = await lab.deploy(['-f', '-', '--no-wait'], { stdin }).ended
  t.is(refused.exitCode, 1)
  t.regex(refused.stderr, /already served[\s\S]*code: NAME_TAKEN/)
  t.true(lab.server.seen.every(({ request }) => (request as { dryRun: boolean }).dryRun))
  refuse('none')
  const { stdout, stderr } = await lab.deploy(['-f', '-', '--no-wait', '-o', 'json'], { stdin }).ended
  t.deepEqual(
    JSON.parse(stdout).items.map(({ deployment: name, created }: { deployment: string; created: boolean }) => [name, created]),
    [
      ['ds7b', true],
      ['one', true],
      ['two', true],
    ],
  )
  t.true(stderr.includes('note: one: a note'))
})

test('a bad file is refused before the controller hears of it, each line shown with a caret', async (t) => {
  await using lab = await setUp()
  await writeFile(lab.file, 'name: ds7b\nmodel:\n  name: 模型\n  path: /m\nengine:\n  preset: vlm\nreplicas: lots\n')
  const { exitCode, stdout, stderr } = await lab.deploy().ended
  t.is(exitCode, 2)
  t.is(stdout, '')
  t.true(stderr.startsWith(`error: ${lab.file} has 3 problems; nothing was changed\n`))
  t.true(
    stderr.includes(
      `${lab.file}:6:11: engine.preset: expected one of vllm, sglang, llamacpp, tensorrt-llm, custom (did you mean vllm?), got "vlm"\n     6 |   preset: vlm\n       |           ^\n`,
    ),
  )
  t.true(stderr.includes('     7 | replicas: lots\n       |           ^\n'))
  t.regex(stderr, /code: SPEC_INVALID/)
  t.is(lab.server.seen.length, 0)
  const { error } = JSON.parse((await lab.deploy(['-o', 'json']).ended).stderr)
  t.like(error, { code: 'SPEC_INVALID', exitCode: 2 })
  t.like(error.problems[0], { file: lab.file, line: 3, column: 9, path: 'model.name' })
})

test('a file that is missing, a directory, endless or empty is refused for what it is', async (t) => {
  await using lab = await setUp()
  const deploy = async (file: string) => run(['deploy', '-f', file], { credentialsFile: lab.server.credentialsFile })
  for (const [file, told] of [
    ['/nonexistent.yaml', /cannot read \/nonexistent\.yaml: no such file/],
    [lab.server.directory, /it is a directory/],
    ['/dev/zero', /at most 262144/],
    ['/dev/null', /the file is empty/],
  ] as const) {
    const { exitCode, stderr } = await deploy(file)
    t.is(exitCode, 2, file)
    t.regex(stderr, told)
  }
  const twice = await run(['deploy', '-f', lab.file, '-f', lab.file], { credentialsFile: lab.server.credentialsFile })
  t.is(twice.exitCode, 2)
  t.regex(twice.stderr, /the deployment ds7b is in .* and in/)
})
