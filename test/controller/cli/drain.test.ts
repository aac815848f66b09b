import test, { type ExecutionContext } from 'ava'
import { eventually } from '../../lab/wait.ts'
import { type ControlServer, startControlServer } from './support/control-server.ts'
import { fleet, host, nowUnixMs } from './support/fleets.ts'
import { type RunOptions, run, start } from './support/run.ts'

const withServer = test.macro(async (t, body: (t: ExecutionContext, server: ControlServer) => Promise<void>) => {
  await using server = await startControlServer()
  server.answers.fleet = fleet()
  await body(t, server)
})

const words = (line: string) => line.split(' ')
const hostler = (server: ControlServer, line: string, options: RunOptions = {}) =>
  run(words(line), { credentialsFile: server.credentialsFile, ...options })
const requests = (server: ControlServer, call: string): unknown[] =>
  server.seen.filter((one) => one.call === call).map(({ request }) => request)

const draining = (left: readonly { id: string; message: string }[], doneUnixMs = 0) =>
  fleet({
    hosts: [
      host('gpu-1', {
        state: doneUnixMs > 0 ? 'drained' : 'draining',
        cordoned: true,
        drain: { sinceUnixMs: nowUnixMs, by: 'ada', force: false, doneUnixMs, left: [...left] },
      }),
    ],
  })

test('cordon and uncordon say what happened to each host', withServer, async (t, server) => {
  t.is((await hostler(server, 'cordon gpu-1 gpu-2')).stdout.split('\n')[0], 'host gpu-1 is cordoned: it takes no new replica')
  t.is((await hostler(server, 'uncordon gpu-1')).stdout, 'host gpu-1 takes new replicas again\n')
  t.deepEqual(
    requests(server, 'HostAction').map((request) => (request as { action: string }).action),
    ['cordon', 'uncordon'],
  )
  t.deepEqual(JSON.parse((await hostler(server, 'cordon gpu-1 -o json')).stdout), { items: [{ host: 'gpu-1', changed: true }] })
})

test('drain waits, tells what each replica waits for when that changes, and ends when nothing is left', withServer, async (t, server) => {
  server.answers.fleet = draining([{ id: 'ds7b-1', message: 'waits for its replacement: ds7b-2 is loading (1s)' }])
  const running = start(words('drain gpu-1'), { credentialsFile: server.credentialsFile })
  await eventually(async () => running.stderr().includes('ds7b-2 is loading'), { deadlineMs: 30_000, what: 'the first reason' })
  server.show(draining([{ id: 'ds7b-1', message: 'waits for its replacement: ds7b-2 is loading (2s)' }]))
  server.show(draining([{ id: 'ds7b-1', message: 'finishes 3 requests (0s)' }]))
  server.show(draining([], nowUnixMs))
  const { exitCode, stdout, stderr } = await running.ended
  t.is(exitCode, 0)
  t.is(stdout, 'host gpu-1 is drained: no replica is left on it. To use it again: hostler uncordon gpu-1\n')
  t.deepEqual(
    stderr
      .trim()
      .split('\n')
      .map((line) => line.trim().replace(/^\S+ +/, '')),
    ['gpu-1: ds7b-1 waits for its replacement: ds7b-2 is loading (1s)', 'gpu-1: ds7b-1 finishes 3 requests (0s)', 'ds7b-1 is gone'],
  )
})

test(
  'a drain that is not done in time ends with 5 and says what it waits for; with --no-wait it returns at once',
  withServer,
  async (t, server) => {
    server.answers.fleet = draining([{ id: 'ds7b-1', message: 'has no place elsewhere: join a host' }])
    const late = await hostler(server, 'drain gpu-1 --timeout 6s')
    t.is(late.exitCode, 5)
    t.regex(late.stderr, /gpu-1 is not drained after 6s; the drain goes on: gpu-1: ds7b-1 has no place elsewhere: join a host/)
    t.is((await hostler(server, 'drain gpu-1 --no-wait')).stdout, 'host gpu-1 is being drained; see: hostler get hosts gpu-1\n')
  },
)

test('a drain that somebody else ends is told as a conflict', withServer, async (t, server) => {
  const { exitCode, stderr } = await hostler(server, 'drain gpu-1')
  t.is(exitCode, 1)
  t.regex(stderr, /the drain of gpu-1 was ended by somebody/)
})

test('a drain with force asks first on a terminal', withServer, async (t, server) => {
  const no = await hostler(server, 'drain gpu-1 --force', { tty: true, stdin: 'n\n' })
  t.is(no.exitCode, 1)
  t.deepEqual(requests(server, 'HostAction'), [])
  await hostler(server, 'drain gpu-1 --force --yes --no-wait', { tty: true })
  t.like(requests(server, 'HostAction')[0], { action: 'drain', force: true })
})

test('get hosts shows a host that drains with what is in the way, and says when nothing is replaced', withServer, async (t, server) => {
  server.answers.fleet = {
    ...draining([
      { id: 'ds7b-1', message: 'finishes 3 requests (0s)' },
      { id: 'ds7b-2', message: 'waits' },
    ]),
    frozenSinceUnixMs: nowUnixMs,
  }
  const { stdout, stderr } = await hostler(server, 'get hosts')
  t.regex(stdout, /gpu-1 +draining .* ds7b-1 finishes 3 requests \(0s\); and 1 more/)
  t.regex(stderr, /hostler thaw/)
  t.regex((await hostler(server, 'describe host gpu-1')).stdout, /Drain: +asked for by ada .* ago, 2 left/)
})

test('thaw says whose replicas are replaced now', withServer, async (t, server) => {
  t.regex((await hostler(server, 'thaw')).stdout, /the replicas of gpu-2 are replaced/)
  t.deepEqual(JSON.parse((await hostler(server, 'thaw -o json')).stdout), { changed: true, gaveUp: ['gpu-2'], stops: '' })
})

test('events takes a name, a subject, a moment and a level, and follows', withServer, async (t, server) => {
  server.answers.events = [
    { id: 1, atUnixMs: nowUnixMs, level: 'info', reason: 'HostDrained', subject: 'host/gpu-1', message: 'no replica is left' },
  ]
  t.regex((await hostler(server, 'events gpu-1', { now: () => nowUnixMs })).stdout, /HostDrained/)
  await hostler(server, 'events --subject host/gpu-1 --since 1h --level warning', { now: () => nowUnixMs })
  t.like(requests(server, 'Events')[1], {
    subject: 'host/gpu-1',
    sinceUnixMs: nowUnixMs - 3_600_000,
    levels: ['warning', 'error'],
    follow: false,
  })
  t.is((await hostler(server, 'events --level loud')).exitCode, 2)
  t.is((await hostler(server, 'events --since never')).exitCode, 2)
})

test('taints are put on hosts and taken off, and one that cannot be read changes nothing', withServer, async (t, server) => {
  t.is(
    (await hostler(server, 'taint gpu-1 dedicated=search:NoSchedule spot-')).stdout,
    'host gpu-1 has the taint dedicated=search:NoSchedule, has no taint spot any more\n',
  )
  t.like(requests(server, 'HostAction')[0], {
    action: 'taint',
    hosts: ['gpu-1'],
    put: [{ key: 'dedicated', value: 'search', effect: 'NoSchedule' }],
    remove: [{ key: 'spot', value: '', effect: '' }],
  })
  const wrong = await hostler(server, 'taint gpu-1 dedicated=search:NoSchedul')
  t.is(wrong.exitCode, 2)
  t.regex(wrong.stderr, /did you mean NoSchedule\?\); nothing was changed/)
  t.is((await hostler(server, 'taint gpu-1')).exitCode, 2)
  t.is((await hostler(server, 'taint spot:NoSchedule')).exitCode, 2)
  t.is(requests(server, 'HostAction').length, 1)
})
