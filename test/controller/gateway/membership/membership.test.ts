import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { type Log, silentLog } from '../../../../shared/log/log.ts'
import {
  endpoint,
  gatewayWith,
  keyRecord,
  post,
  rawClient,
  rawPost,
  route,
  snapshot,
  startUpstream,
  total,
  type Upstream,
  until,
} from '../parts.ts'

const temporaryDirectory = async (): Promise<{ path: string } & AsyncDisposable> => {
  const path = await mkdtemp(join(tmpdir(), `hostler-gateway-${process.pid}-`))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

test('A gateway that starts while nobody tells it anything serves what it knew last.', async (t) => {
  await using directory = await temporaryDirectory()
  const snapshotFile = join(directory.path, 'deep', 'membership.json')
  await using upstream = await startUpstream()
  {
    await using gateway = await gatewayWith(undefined, {}, { snapshotFile })
    for (let version = 1; version <= 50; version++) gateway.apply(snapshot(version, [route([endpoint('r1', upstream.origin)])]))
    await gateway.drain(1_000)
  }
  t.is((await stat(snapshotFile)).mode & 0o777, 0o600)
  t.is(JSON.parse(await readFile(snapshotFile, 'utf8')).version, 50)
  await using again = await gatewayWith(undefined, {}, { snapshotFile })
  t.is(again.version, 50)
  t.is((await post(again)).status, 200)
})

test('A kept membership that is damaged is reported, and the gateway starts without it.', async (t) => {
  await using directory = await temporaryDirectory()
  const snapshotFile = join(directory.path, 'membership.json')
  for (const content of ['{"version":1,"rou', '{}', '', JSON.stringify(snapshot(1, [route([endpoint('r', 'not a url')])]))]) {
    await writeFile(snapshotFile, content)
    const warnings: string[] = []
    const log: Log = { ...silentLog, warn: (message) => warnings.push(message) }
    await using gateway = await gatewayWith(undefined, {}, { snapshotFile, log })
    t.is(gateway.version, 0)
    t.deepEqual(warnings, ['the last known membership cannot be used'])
  }
})

test('A disk that cannot be written costs a line in the log and nothing else.', async (t) => {
  await using directory = await temporaryDirectory()
  await writeFile(join(directory.path, 'file'), '')
  const errors: string[] = []
  const log: Log = { ...silentLog, error: (message) => errors.push(message) }
  await using upstream = await startUpstream()
  await using gateway = await gatewayWith(undefined, {}, { snapshotFile: join(directory.path, 'file', 'membership.json'), log })
  gateway.apply(snapshot(1, [route([endpoint('r1', upstream.origin)])]))
  t.is((await post(gateway)).status, 200)
  await until('the report', () => errors.includes('the membership could not be kept on disk'))
})

test('From the moment a membership is applied nothing new goes to a replica that drains, and what it has it finishes.', async (t) => {
  const finish = Promise.withResolvers<void>()
  await using old = await startUpstream(async (_request, response) => {
    response.write('begun ')
    await finish.promise
    response.end('finished')
  })
  await using fresh = await startUpstream((_request, response) => void response.end('fresh'))
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('old', old.origin)])]))
  const running = await Promise.all([post(gateway), post(gateway)])
  let changes = 0
  gateway.onChange(() => changes++)
  gateway.apply(snapshot(2, [route([endpoint('old', old.origin, { draining: true }), endpoint('fresh', fresh.origin)])]))
  t.true(gateway.anyDraining)
  t.deepEqual(
    [...gateway.outstanding()],
    [
      ['old', 2],
      ['fresh', 0],
    ],
  )
  t.deepEqual(await Promise.all([1, 2, 3].map(async () => (await post(gateway)).text())), ['fresh', 'fresh', 'fresh'])
  t.is(old.requests.length, 2)
  t.is(changes, 0)
  finish.resolve()
  t.deepEqual(await Promise.all(running.map((response) => response.text())), ['begun finished', 'begun finished'])
  await until('the end of the drain to be told', () => changes === 1)
  t.is(gateway.outstanding().get('old'), 0)
})

test('A replica that leaves the membership while it works stays counted until it is done.', async (t) => {
  const finish = Promise.withResolvers<void>()
  await using old = await startUpstream(async (_request, response) => {
    response.write('begun ')
    await finish.promise
    response.end('finished')
  })
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('old', old.origin)])]))
  const running = await post(gateway)
  gateway.apply(snapshot(2, [route([])]))
  t.is(gateway.outstanding().get('old'), 1)
  finish.resolve()
  t.is(await running.text(), 'begun finished')
  await until('it to be forgotten', () => !gateway.outstanding().has('old'))
})

test('Requests are held while one replica is swapped for another, and none of them sees it.', async (t) => {
  await using old = await startUpstream()
  await using fresh = await startUpstream((_request, response) => void response.end('fresh'))
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('old', old.origin, { draining: true })], { holdMs: 20_000 })]))
  const held = Array.from({ length: 10 }, async () => (await post(gateway)).text())
  await until('all to wait', () => gateway.waiting().get('chat') === 10)
  gateway.apply(snapshot(2, [route([], { holdMs: 20_000 })]))
  t.is(gateway.waiting().get('chat'), 10)
  gateway.apply(snapshot(3, [route([endpoint('fresh', fresh.origin, { maxConcurrent: 1 })], { holdMs: 20_000 })]))
  t.deepEqual(
    await Promise.all(held),
    held.map(() => 'fresh'),
  )
  t.is(old.requests.length, 0)
})

test('Without a replica a request is held as long as it may be, then told with 503 when to come back.', async (t) => {
  await using gateway = await gatewayWith(snapshot(1, [route([], { holdMs: 100 })]))
  const response = await post(gateway)
  t.is(response.status, 503)
  t.is(response.headers.get('retry-after'), '1')
  t.regex(await response.text(), /"code":"no_replica"/)
})

test('Those who wait for a deployment that is removed are told that it is gone.', async (t) => {
  await using gateway = await gatewayWith(snapshot(1, [route([])]))
  const waiting = post(gateway)
  await until('it to wait', () => gateway.waiting().get('chat') === 1)
  gateway.apply(snapshot(2, []))
  t.is((await waiting).status, 404)
})

test('A cap per replica is held exactly, and the line serves everyone.', async (t) => {
  let now = 0
  let most = 0
  const full = Promise.withResolvers<void>()
  await using upstream = await startUpstream(async (_request, response) => {
    most = Math.max(most, ++now)
    if (now === 4) full.resolve()
    await full.promise
    await new Promise((resolve) => setTimeout(resolve, 3))
    now--
    response.end('ok')
  })
  await using gateway = await gatewayWith(
    snapshot(1, [route([endpoint('r1', upstream.origin, { maxConcurrent: 4 })], { maxQueue: 100, holdMs: 20_000 })]),
  )
  const statuses = await Promise.all(Array.from({ length: 80 }, async () => (await post(gateway)).status))
  t.deepEqual(new Set(statuses), new Set([200]))
  t.is(most, 4)
})

test('A tenant that floods a model holds up nobody else: others get their turn, and those of high priority come first.', async (t) => {
  const served: string[] = []
  const full = Promise.withResolvers<void>()
  await using upstream = await startUpstream(async (_request, response, body) => {
    served.push(JSON.parse(body.toString()).who)
    await full.promise
    response.end('ok')
  })
  const keys = [
    keyRecord({ id: 'k1', secret: 'loud', tenant: 'loud' }),
    keyRecord({ id: 'k2', secret: 'quiet', tenant: 'quiet' }),
    keyRecord({ id: 'k3', secret: 'urgent', tenant: 'loud', priority: 100 }),
  ]
  const served1 = route([endpoint('r1', upstream.origin, { maxConcurrent: 1 })], { holdMs: 20_000 })
  await using gateway = await gatewayWith(snapshot(1, [served1], keys))
  const statuses: Promise<number>[] = []
  const there = () => total(gateway.waiting()) + total(gateway.outstanding())
  const add = async (who: string) => {
    const before = there()
    const answer = post(gateway, { model: 'm', who, max_tokens: 100 }, { headers: { authorization: `Bearer ${who}` } })
    statuses.push(answer.then(({ status }) => status))
    await until('it to be served or to wait', () => there() > before)
  }
  for (const who of ['loud', 'loud', 'loud', 'loud', 'quiet', 'quiet', 'urgent']) await add(who)
  full.resolve()
  t.deepEqual(new Set(await Promise.all(statuses)), new Set([200]))
  t.deepEqual(served, ['loud', 'urgent', 'loud', 'quiet', 'loud', 'quiet', 'loud'])
  t.deepEqual([total(gateway.waiting()), total(gateway.outstanding())], [0, 0])
})

test('Memberships that change all the time under load fail no request, and every count returns to zero.', async (t) => {
  const upstreams = await Promise.all(
    Array.from({ length: 4 }, () =>
      startUpstream(async (_request, response) => {
        response.write('a')
        await new Promise((resolve) => setTimeout(resolve, 2))
        response.end('b')
      }),
    ),
  )
  await using gateway = await gatewayWith(snapshot(1, [route([])]), {}, {})
  let version = 1
  const shuffle = () => {
    version++
    const pick = (upstream: Upstream, i: number) =>
      endpoint(`r${i}-${version % 7}`, upstream.origin, { draining: (version + i) % 3 === 0, maxConcurrent: version % 5 })
    const members = upstreams.map(pick).filter((_, i) => (version + i) % 4 !== 0)
    gateway.apply(snapshot(version, [route(members, { maxQueue: 1000, holdMs: 20_000 })]))
  }
  const timer = setInterval(shuffle, 1)
  const clients = Array.from({ length: 32 }, async () => {
    const seen = new Set<string>()
    for (let i = 0; i < 40; i++) {
      const response = await post(gateway)
      seen.add(`${response.status} ${await response.text()}`)
    }
    return [...seen]
  })
  const seen = new Set((await Promise.all(clients)).flat())
  clearInterval(timer)
  t.deepEqual(seen, new Set(['200 ab']))
  t.true(version > 20)
  t.is(total(gateway.outstanding()), 0)
  for (const upstream of upstreams) await upstream.kill()
})

test('A draining gateway is not ready, accepts nothing new in the end, and finishes what it has.', async (t) => {
  const finish = Promise.withResolvers<void>()
  await using upstream = await startUpstream(async (_request, response) => {
    response.write('begun ')
    await finish.promise
    response.end('finished')
  })
  const stop = new AbortController()
  const gateway = await gatewayWith(
    snapshot(1, [route([endpoint('r1', upstream.origin)])]),
    { drain: { readinessDelayMs: 300 } },
    { signal: stop.signal },
  )
  using streaming = await rawClient(gateway)
  streaming.socket.write(rawPost('{"model":"m"}'))
  using silent = await rawClient(gateway)
  await until('the stream to begin', () => streaming.received().includes('begun'))
  stop.abort()
  using probe = await rawClient(gateway)
  probe.socket.write('GET /readyz HTTP/1.1\r\nHost: g\r\n\r\n')
  await until('readiness to end first', () => probe.closed())
  t.regex(probe.received(), /^HTTP\/1\.1 503 .*\r\nConnection: close\r\n/is)
  await until('listening to end', async () => {
    try {
      ;(await rawClient(gateway)).socket.destroy()
      return false
    } catch {
      return true
    }
  })
  finish.resolve()
  await gateway.stopped
  await until('the stream to end', () => streaming.closed() && silent.closed())
  t.regex(streaming.received(), /finished\r\n0\r\n\r\n$/)
})

test('A drain that takes too long ends by force, and a gateway can be disposed of at any time.', async (t) => {
  await using upstream = await startUpstream((_request, response) => void response.write('begun'))
  const gateway = await gatewayWith(
    snapshot(1, [route([endpoint('r1', upstream.origin)]), route([], { deployment: 'none', models: ['n'] })]),
  )
  using streaming = await rawClient(gateway)
  streaming.socket.write(rawPost('{"model":"m"}'))
  using waiting = await rawClient(gateway)
  waiting.socket.write(rawPost('{"model":"n"}'))
  await until('both to be there', () => streaming.received().includes('begun') && gateway.waiting().get('none') === 1)
  await gateway.drain(100)
  await until('both to end', () => streaming.closed() && waiting.closed())
  t.notRegex(streaming.received(), /\r\n0\r\n\r\n$/)
  t.is(total(gateway.outstanding()), 0)
  await gateway[Symbol.asyncDispose]()
})
