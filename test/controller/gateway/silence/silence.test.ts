import { join } from 'node:path'
import test from 'ava'
import { createLab } from '../../../lab/lab.ts'
import { labTest } from '../../../lab/requires.ts'
import { endpoint, gatewayWith, post, rawClient, rawPost, route, snapshot, startUpstream, total, until } from '../parts.ts'
import { startTcp } from '../tcp-engine.ts'

const onHosts = labTest(test, { root: true })
const fixtures = join(import.meta.dirname, '../../../fixtures')
const port = 8000
const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

test('A replica that takes connections and says nothing keeps its requests, however often it is asked.', async (t) => {
  let connections = 0
  const answer = Promise.withResolvers<void>()
  await using mute = await startTcp((socket) => {
    connections++
    socket.on('data', () => answer.promise.then(() => socket.write(ok)))
  })
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('mute', mute.origin)])]), { silence: { afterMs: 20 } })
  const asked = post(gateway)
  await until('a number of probes', () => connections > 8)
  t.deepEqual(gateway.suspects(), [])
  t.is(total(gateway.outstanding()), 1)
  answer.resolve()
  t.is((await asked).status, 200)
  await until('probes to end with the request', async () => {
    const before = connections
    await post(gateway)
    return connections <= before + 1
  })
})

test('A silent replica is not asked when that is switched off.', async (t) => {
  let connections = 0
  await using mute = await startTcp((socket) => {
    connections++
    socket.once('data', () => setTimeout(() => socket.write(ok), 200))
  })
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('mute', mute.origin)])]), { silence: { afterMs: 0 } })
  t.is((await post(gateway)).status, 200)
  t.is(connections, 1)
})

test('A replica that is silent and refuses connections loses its requests to another one.', async (t) => {
  await using shut = await startUpstream(() => {})
  await using good = await startUpstream()
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('shut', shut.origin)])]), { silence: { afterMs: 50 } })
  const asked = [1, 2, 3].map(() => post(gateway))
  await until('all to hang', () => shut.requests.length === 3)
  gateway.apply(snapshot(2, [route([endpoint('shut', shut.origin), endpoint('good', good.origin)])]))
  // The listener alone: connections that stand stay as they are, and none of them fails.
  shut.server.close()
  const answers = await Promise.all(asked)
  t.deepEqual(
    answers.map(({ status, headers }) => [status, headers.get('x-hostler-replica')]),
    answers.map(() => [200, 'good']),
  )
  t.deepEqual(gateway.suspects(), ['shut'])
  t.is(gateway.outstanding().get('shut'), 0)
  shut.server.closeAllConnections()
})

onHosts('When the cable of a host is pulled, what it owes goes elsewhere, streams are cut, and nothing new waits for it.', async (t) => {
  t.timeout(60_000)
  await using lab = await createLab()
  const [host, other] = await lab.addHosts(2)
  if (!host || !other) return t.fail('no hosts')
  const engine = (on: typeof host, warmMs: number) =>
    on.spawn(process.execPath, [
      join(fixtures, 'engine-stub-server.ts'),
      ...['--host', on.address, '--port', String(port), '--warm-ms', String(warmMs)],
    ])
  const [stuck, well, slow] = await Promise.all([
    engine(host, 600_000),
    engine(other, 0),
    host.spawn(process.execPath, [join(fixtures, 'engine-stub-slow.ts'), host.address, String(port + 1)]),
  ])
  await using _processes = new AsyncDisposableStack()
  for (const one of [stuck, well, slow]) _processes.use(one)
  await Promise.all([stuck, well].map((one) => one.outputs(/listens/, 20_000)))
  const silent = endpoint('silent', `http://${host.address}:${port}`)
  const streaming = route([endpoint('streaming', `http://${host.address}:${port + 1}`)], {
    deployment: 'stream',
    models: ['s'],
    holdMs: 20_000,
  })
  await using gateway = await gatewayWith(snapshot(1, [route([silent]), streaming]), { silence: { afterMs: 200 } })
  const leave = new AbortController()

  const owed = [1, 2, 3].map(() => post(gateway))
  using stream = await rawClient(gateway)
  stream.socket.write(rawPost('{"model":"s","max_tokens":100000}'))
  await until('the stream to begin', () => stream.received().includes('data: '))
  gateway.apply(snapshot(2, [route([silent, endpoint('well', `http://${other.address}:${port}`)]), streaming]))
  await until('all to be there', () => gateway.outstanding().get('silent') === 3)

  await host.link.cut()
  const answers = await Promise.all(owed)
  t.deepEqual(
    answers.map(({ status, headers }) => [status, headers.get('x-hostler-replica')]),
    answers.map(() => [200, 'well']),
  )
  await until('the stream to be cut', () => stream.closed())
  t.notRegex(stream.received(), /\r\n0\r\n\r\n$/)

  const retries = () => /^hostler_gateway_retries_total.*$/gm.exec(gateway.metrics())?.[0]
  const before = retries()
  for (let asked = 0; asked < 300; asked++) t.is((await post(gateway)).headers.get('x-hostler-replica'), 'well')
  t.is(retries(), before, 'none was sent to the silent host first')
  t.true(gateway.suspects().includes('silent'))

  await host.link.restore()
  await until(
    'requests to go there again',
    async () => {
      post(gateway, { model: 'm' }, { signal: leave.signal }).catch(() => {})
      await new Promise((resolve) => setImmediate(resolve))
      return !gateway.suspects().includes('silent')
    },
    20_000,
  )
  leave.abort()
  await until('all to have left', () => total(gateway.outstanding()) === 0)
})
