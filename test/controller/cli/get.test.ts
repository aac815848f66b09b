import test from 'ava'
import { parseAllDocuments } from 'yaml'
import { eventually } from '../../lab/wait.ts'
import { type ControlServer, startControlServer } from './support/control-server.ts'
import { deployment, fleet, host, nowUnixMs, replica, troubledFleet } from './support/fleets.ts'
import { type RunOptions, run, start } from './support/run.ts'

const withServer = test.macro(async (t, body: (t: import('ava').ExecutionContext, server: ControlServer) => Promise<void>) => {
  await using server = await startControlServer()
  server.answers.fleet = troubledFleet()
  await body(t, server)
})

const lines = (...text: readonly string[]): string => `${text.join('\n')}\n`

const table = async (server: ControlServer, words: string, options: RunOptions = {}): Promise<string> => {
  const { stdout } = await run(words.split(' '), { credentialsFile: server.credentialsFile, ...options })
  return stdout
}

test('replicas on a terminal of 60 columns keep what is wrong with them', withServer, async (t, server) => {
  t.is(
    await table(server, 'get replicas', { columns: 60 }),
    lines(
      'REPLICA  STATE    HOST   RESTARTS  AGE  MESSAGE',
      'ds7b-1   ready    gpu-1         0   5m',
      'ds7b-2   backoff  gpu-1         4   5m  EXITED: the engine…',
    ),
  )
})

test('replicas on a terminal of 80 columns', withServer, async (t, server) => {
  t.is(
    await table(server, 'get replicas', { columns: 80 }),
    lines(
      'REPLICA  STATE    HOST   REV  RESTARTS  IN-FLIGHT  AGE  MESSAGE',
      'ds7b-1   ready    gpu-1    1         0         12   5m',
      'ds7b-2   backoff  gpu-1    1         4          0   5m  EXITED: the engine exit…',
    ),
  )
})

test('replicas on a terminal of 200 columns show everything', withServer, async (t, server) => {
  t.is(
    await table(server, 'get replicas', { columns: 200 }),
    lines(
      'REPLICA  DEPLOYMENT  STATE    HOST   REV  GPUS  RESTARTS  IN-FLIGHT  AGE  MESSAGE',
      'ds7b-1   ds7b        ready    gpu-1    1     1         0         12   5m',
      'ds7b-2   ds7b        backoff  gpu-1    1     1         4          0   5m  EXITED: the engine exited with code 1 after 8 s; next start in 20s',
    ),
  )
})

test('hosts with Chinese names line up, and one without GPUs says why', withServer, async (t, server) => {
  t.is(
    await table(server, 'get hosts', { columns: 80 }),
    lines(
      'HOST         STATE  GPUS  GPU-MODEL       MEMORY   SEEN  PROBLEM',
      'gpu-1        ready   1/2  2x NVIDIA H…  1512 GiB     1s',
      'gpu-2        lost    0/2  2x NVIDIA H…  1512 GiB  3m12s',
      '推理主机-10  ready   0/0  -             1512 GiB     1s  nvidia-smi did not ans…',
    ),
  )
})

test('GPUs of a lost host show no figures that nobody measures any more', withServer, async (t, server) => {
  t.is(
    await table(server, 'get gpus', { columns: 80 }),
    lines(
      'HOST   GPU  MODEL             MEMORY  UTIL  TEMP  HELD-BY',
      'gpu-1    0  NVIDIA H200  126/140 GiB   83%   61C  ds7b-1',
      'gpu-1    1  NVIDIA H200    0/140 GiB    0%   33C',
      'gpu-2    0  NVIDIA H200      140 GiB     -     -  host lost',
      'gpu-2    1  NVIDIA H200      140 GiB     -     -  host lost',
    ),
  )
})

test('deployments and gateways', withServer, async (t, server) => {
  t.is(
    await table(server, 'get deployments', { columns: 80 }),
    lines(
      'DEPLOYMENT  STATE     READY  REV  MODEL           AGE  MESSAGE',
      'ds7b        degraded    1/2    1  deepseek-r1…  5m12s  1 of 2 replicas ready; d…',
      'ds70b       pending     0/1    1  deepseek-r1…  5m12s  0 of 1 replica ready; 1…',
    ),
  )
  t.is(
    await table(server, 'get gateways', { columns: 80 }),
    lines('GATEWAY  STATE      ADDRESS        SNAPSHOT', 'edge-1   connected  10.0.0.2:8080        42'),
  )
})

test('a process that is not ours on a GPU is named', withServer, async (t, server) => {
  server.answers.fleet = fleet({
    hosts: [host('gpu-1', { usage: { gpus: [{ uuid: 'GPU-gpu-1-0', processes: [{ pid: 4711, name: 'python3', foreign: true }] }] } })],
  })
  t.regex(await table(server, 'get gpu', { columns: 80 }), /gpu-1 +0 .* not ours: python3 \(pid 4711\)/)
})

test('a wide table and one for a pipe are never shortened', withServer, async (t, server) => {
  const wide = await table(server, 'get replicas -o wide', { columns: 60 })
  t.regex(wide, /ENDPOINT +INSTANCE +MESSAGE/)
  t.regex(wide, /10\.0\.0\.11:31000 +0123456789ab +EXITED: the engine exited with code 1 after 8 s; next start in 20s\n/)
  t.regex(await table(server, 'get replicas'), /after 8 s; next start in 20s\n/)
})

test('states have colours on a terminal, not in a pipe, and not with NO_COLOR', withServer, async (t, server) => {
  const red = '\x1b[31mbackoff\x1b[39m'
  t.true((await table(server, 'get replicas', { columns: 80, tty: true, colour: true })).includes(red))
  t.false((await table(server, 'get replicas', { colour: true })).includes('\x1b'))
  t.false((await table(server, 'get replicas', { columns: 80, tty: true, colour: false })).includes('\x1b'))
})

test('JSON and YAML are one list of plain objects with units in their names', withServer, async (t, server) => {
  const json = JSON.parse(await table(server, 'get replicas ds7b-2 -o json'))
  t.deepEqual(Object.keys(json), ['items'])
  t.like(json.items[0], {
    id: 'ds7b-2',
    deployment: 'ds7b',
    revision: 1,
    host: 'gpu-1',
    hostId: 'h-gpu-1',
    intent: 'run',
    routed: false,
    outstandingRequests: 0,
    phase: 'backoff',
    phaseSinceUnixMs: nowUnixMs - 180_000,
    reason: 'EXITED',
    restarts: 4,
    exitCode: 1,
    oomKilled: false,
    progressPercent: 0,
    nextAttemptUnixMs: nowUnixMs + 20_000,
    gpuUuids: ['GPU-gpu-1-1'],
    createdUnixMs: nowUnixMs - 300_000,
  })
  t.deepEqual(
    parseAllDocuments(await table(server, 'get replicas ds7b-2 -o yaml')).map((document) => document.toJS()),
    [json],
  )
  const gpus = JSON.parse(await table(server, 'get gpus gpu-1/0 -o json')).items
  t.deepEqual(gpus, [
    {
      host: 'gpu-1',
      hostState: 'ready',
      index: 0,
      uuid: 'GPU-gpu-1-0',
      model: 'NVIDIA H200',
      pciBusId: '00000000:00:00.0',
      memoryMiB: 143_771,
      memoryUsedMiB: 129_000,
      utilizationPercent: 83,
      temperatureC: 61,
      powerW: 412,
      replica: 'ds7b-1',
      foreignProcesses: [],
    },
  ])
  const [deploymentItem] = JSON.parse(await table(server, 'get deployment ds70b -o json')).items
  t.like(deploymentItem, {
    name: 'ds70b',
    state: 'pending',
    replicasWanted: 1,
    replicasReady: 0,
    models: ['deepseek-r1-70b', 'r1'],
    spec: { image: 'vllm/vllm-openai:v0.10.1' },
  })
  t.is(deploymentItem.unplaced[0].hosts[0].code, 'gpus-taken')
  const [hostItem] = JSON.parse(await table(server, 'get hosts gpu-1 -o json')).items
  t.like(hostItem, {
    name: 'gpu-1',
    lastSeenMsAgo: 1_200,
    specGeneration: 7,
    inventory: { memoryMiB: 1_548_288, cpuCores: 192 },
    usage: { gpuAgeMs: 900 },
  })
})

test('names choose: replicas by id or deployment, GPUs by host, everything by a singular word too', withServer, async (t, server) => {
  t.is(await table(server, 'get replica ds7b -o name'), 'ds7b-1\nds7b-2\n')
  t.is(await table(server, 'get gpus gpu-1 -o name'), 'gpu-1/0\ngpu-1/1\n')
  t.is(await table(server, 'get hosts h-gpu-2 -o name'), 'gpu-2\n')
})

test('a name that nothing has is told after what was found, with what was probably meant', withServer, async (t, server) => {
  const { exitCode, stdout, stderr } = await run(['get', 'deployments', 'ds7b', 'ds71b', '-o', 'name'], {
    credentialsFile: server.credentialsFile,
  })
  t.is(exitCode, 3)
  t.is(stdout, 'ds7b\n')
  t.regex(stderr, /error: no deployment is named ds71b; did you mean ds7b\?\ncode: NOT_FOUND/)
})

test('an empty fleet says what to do, and is an empty list for scripts', withServer, async (t, server) => {
  server.answers.fleet = fleet({ hosts: [] })
  const { exitCode, stdout, stderr } = await run(['get', 'hosts'], { credentialsFile: server.credentialsFile })
  t.deepEqual({ exitCode, stdout }, { exitCode: 0, stdout: '' })
  t.regex(stderr, /no hosts have joined; add one with: hostler token create/)
  t.is(await table(server, 'get hosts -o json'), '{\n  "items": []\n}\n')
})

test('events can be asked for by what they are about, the replicas of a deployment included', withServer, async (t, server) => {
  const about = (id: number, subject: string, level = 'info') => ({
    id,
    atUnixMs: nowUnixMs - 60_000,
    level,
    reason: 'Something',
    subject,
    message: `number ${id}`,
  })
  server.answers.events = [
    about(1, 'deployment/ds7b'),
    about(2, 'replica/ds7b-2', 'warning'),
    about(3, 'deployment/ds7'),
    about(4, 'host/gpu-1'),
  ]
  t.is(
    await table(server, 'get events ds7b', { now: () => nowUnixMs, columns: 80 }),
    lines(
      'AGE  LEVEL    REASON     SUBJECT          MESSAGE',
      ' 1m  info     Something  deployment/ds7b  number 1',
      ' 1m  warning  Something  replica/ds7b-2   number 2',
    ),
  )
  t.is(await table(server, 'get events --limit 2 -o name'), '3\n4\n')
  t.deepEqual(JSON.parse(await table(server, 'get events gpu-1 -o json')), { items: [about(4, 'host/gpu-1')] })
})

test('a watch on a terminal draws over itself, and ends with 130 at Ctrl-C', withServer, async (t, server) => {
  const stop = new AbortController()
  const running = start(['get', 'replicas', '--watch'], {
    credentialsFile: server.credentialsFile,
    tty: true,
    columns: 80,
    signal: stop.signal,
  })
  await eventually(() => running.stdout().includes('backoff') && server.watchers() === 1, { deadlineMs: 10_000, what: 'the first drawing' })
  server.show(fleet({ deployments: [deployment('ds7b')], replicas: [replica('ds7b-2', { phase: 'loading' })] }))
  await eventually(() => running.stdout().includes('loading'), { deadlineMs: 10_000, what: 'the second drawing' })
  // Ages are drawn anew each second, so the first view may have been drawn more than once.
  const drawings = running.stdout().split('\x1b[3A\r')
  t.true(drawings.length > 1)
  t.true(drawings.at(-1)?.startsWith('REPLICA'))
  t.false(drawings.at(-1)?.includes('backoff'))
  stop.abort()
  t.is((await running.ended).exitCode, 130)
  await eventually(() => server.watchers() === 0, { deadlineMs: 10_000, what: 'the stream to be cancelled' })
})

test('a watch in a pipe adds a row for each change and no row without one', withServer, async (t, server) => {
  const stop = new AbortController()
  server.answers.fleet = fleet({ deployments: [deployment('a'), deployment('b')] })
  const running = start(['get', 'deployments', '-w'], { credentialsFile: server.credentialsFile, signal: stop.signal })
  await eventually(() => server.watchers() === 1, { deadlineMs: 10_000, what: 'the watch' })
  server.show(fleet({ nowUnixMs: nowUnixMs + 60_000, deployments: [deployment('a'), deployment('b')] }))
  server.show(fleet({ deployments: [deployment('a'), deployment('b', { state: 'degraded' })] }))
  server.show(fleet({ deployments: [deployment('a')] }))
  await eventually(() => running.stdout().includes('gone'), { deadlineMs: 10_000, what: 'the last change' })
  stop.abort()
  const { exitCode, stdout } = await running.ended
  t.is(exitCode, 130)
  t.deepEqual(
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(/ +/).slice(0, 2).join(' ')),
    ['DEPLOYMENT STATE', 'a ready', 'b ready', 'b degraded', 'b gone'],
  )
})

test('a watch outlives the controller, says so once, and shows the fleet again', withServer, async (t, server) => {
  const stop = new AbortController()
  const running = start(['get', 'replicas', '--watch', '-o', 'json'], { credentialsFile: server.credentialsFile, signal: stop.signal })
  await eventually(() => server.watchers() === 1, { deadlineMs: 10_000, what: 'the watch' })
  await server.stop()
  await eventually(() => running.stderr().includes('lost'), { deadlineMs: 10_000, what: 'the loss to be told' })
  await server.start()
  await eventually(() => running.stderr().includes('connected again'), { deadlineMs: 20_000, what: 'the return to be told' })
  stop.abort()
  const { stdout, stderr } = await running.ended
  t.is(stderr.match(/lost/g)?.length, 1)
  const views = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  t.true(views.length >= 2)
  t.deepEqual(
    views.at(-1).items.map(({ id }: { id: string }) => id),
    ['ds7b-1', 'ds7b-2'],
  )
})
