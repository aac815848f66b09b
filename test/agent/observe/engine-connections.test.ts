import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import test, { type ExecutionContext } from 'ava'
import { EngineConnections, type EngineGet } from '../../../agent/observe/engine-connections.ts'
import { eventually } from '../../lab/wait.ts'

const never = new AbortController().signal

/** An engine that counts the connections made to it. */
const engine = async (t: ExecutionContext, answer: RequestListener) => {
  const server: Server = createServer(answer)
  let connections = 0
  server.on('connection', () => {
    connections += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  return { server, endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections }
}

const get = (endpoint: string, more: Partial<EngineGet> = {}): EngineGet => ({
  endpoint,
  path: '/health',
  apiKey: '',
  timeoutMs: 5_000,
  mostBytes: 1_000_000,
  ...more,
})

const connectionsOf = (t: ExecutionContext, nowMs = () => 0): EngineConnections => {
  const connections = new EngineConnections({ monotonicMs: nowMs, unixMs: nowMs })
  t.teardown(() => connections[Symbol.dispose]())
  return connections
}

test('looks that follow each other share a connection, and each gets its own answer', async (t) => {
  const { endpoint, connections } = await engine(t, (request, response) => {
    response.statusCode = request.url === '/health' ? 200 : 404
    response.end(`${request.url} ${request.headers.authorization ?? ''}`)
  })
  const ours = connectionsOf(t)
  t.deepEqual(await ours.get(get(endpoint), never), { status: 200, body: '/health ' })
  t.deepEqual(await ours.get(get(endpoint, { path: '/metrics', apiKey: 'secret' }), never), { status: 404, body: '/metrics Bearer secret' })
  t.deepEqual(await ours.get(get(endpoint), never), { status: 200, body: '/health ' })
  t.is(connections(), 1)
})

test('a look that finds the connection in use opens another', async (t) => {
  const waiting: (() => void)[] = []
  const { endpoint, connections } = await engine(t, (request, response) => {
    waiting.push(() => response.end(request.url))
    if (waiting.length === 2) for (const go of waiting.toReversed()) go()
  })
  const ours = connectionsOf(t)
  const both = await Promise.all([ours.get(get(endpoint, { path: '/a' }), never), ours.get(get(endpoint, { path: '/b' }), never)])
  t.deepEqual(
    both.map(({ body }) => body),
    ['/a', '/b'],
  )
  t.is(connections(), 2)
})

test('a connection that the engine closed, or said it would, or that was idle for as long as engines allow, is not used again', async (t) => {
  let nowMs = 0
  let closes = false
  const { server, endpoint, connections } = await engine(t, (_, response) => {
    if (closes) response.setHeader('connection', 'close')
    response.end('well')
  })
  const ours = connectionsOf(t, () => nowMs)
  const look = () => ours.get(get(endpoint), never)
  await look()
  nowMs += 4_400
  await look()
  t.is(connections(), 1)
  nowMs += 4_600
  await look()
  t.is(connections(), 2, 'idle for too long')
  closes = true
  await look()
  closes = false
  await look()
  t.is(connections(), 3, 'the engine said that it closes')
  server.closeAllConnections()
  t.is((await look()).status, 200, 'the engine closed it unasked')
  t.is(connections(), 4)
})

test('an engine that closes a kept connection when it is used again is asked anew; one that closes a new one has failed', async (t) => {
  const sockets: Socket[] = []
  const server = createTcpServer((socket) => {
    let asked = 0
    sockets.push(socket)
    socket.on('data', () => {
      asked += 1
      if (asked === 1 && sockets.length < 3) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
      else socket.destroy()
    })
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const endpoint = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const ours = connectionsOf(t)
  t.is((await ours.get(get(endpoint), never)).body, 'ok')
  t.is((await ours.get(get(endpoint), never)).body, 'ok', 'the first connection is closed at its second request')
  t.is(sockets.length, 2)
  await t.throwsAsync(ours.get(get(endpoint), never), { message: /ended in the middle|ECONNRESET/ })
  t.is(sockets.length, 3, 'it is tried anew once')
})

test('silence, a flood, what is no HTTP, and giving up each end a look with the reason, and none of them leaves a connection behind', async (t) => {
  const heard: IncomingMessage[] = []
  const { endpoint, connections } = await engine(t, (request, response) => {
    heard.push(request)
    if (request.url === '/flood') response.end('x'.repeat(100_000))
    if (request.url === '/well') response.end('well')
  })
  const ours = connectionsOf(t)
  await t.throwsAsync(ours.get(get(endpoint, { path: '/silent', timeoutMs: 50 }), never), { message: 'no answer within 50 ms' })
  await t.throwsAsync(ours.get(get(endpoint, { path: '/flood', mostBytes: 1_000 }), never), { message: /more than 1000 bytes/ })
  const giveUp = new AbortController()
  const look = ours.get(get(endpoint, { path: '/silent' }), giveUp.signal)
  await eventually(() => heard.length === 3, { deadlineMs: 10_000, what: 'the engine to hear the third request' })
  giveUp.abort()
  await t.throwsAsync(look, { message: 'given up' })
  await t.throwsAsync(ours.get(get(endpoint, { path: '/a b' }), never), { message: /no HTTP request can carry/ })
  await t.throwsAsync(ours.get(get('127.0.0.1:1'), never), { message: /ECONNREFUSED/ })
  t.is((await ours.get(get(endpoint, { path: '/well' }), never)).body, 'well')
  t.is(connections(), 4, 'every request that was heard had a connection of its own')
})
