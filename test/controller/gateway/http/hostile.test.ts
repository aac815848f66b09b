import test from 'ava'
import { endpoint, gatewayWith, keyRecord, post, rawClient, rawPost, route, snapshot, startUpstream, until } from '../parts.ts'

const body = '{"model":"m"}'

test('A client whose request cannot be used gets to read why before the connection ends.', async (t) => {
  await using gateway = await gatewayWith(snapshot(1, []))
  using client = await rawClient(gateway)
  client.socket.write('nonsense\r\n\r\n')
  await until('the end', () => client.closed())
  t.regex(client.received(), /^HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\nContent-Type: application\/json\r\n/)
  t.regex(client.received(), /"type":"invalid_request_error"/)
})

test('Slow heads and slow bodies are ended in time and hold up nobody else.', async (t) => {
  await using upstream = await startUpstream()
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]), {
    timeouts: { requestHeadMs: 1_000, requestMs: 2_000 },
  })
  const slowHead = await Promise.all(Array.from({ length: 20 }, () => rawClient(gateway)))
  for (const client of slowHead) client.socket.write('POST /v1/completions HTTP/1.1\r\nHost: a\r\n')
  const slowBody = await Promise.all(Array.from({ length: 20 }, () => rawClient(gateway)))
  for (const client of slowBody) client.socket.write(rawPost(body).slice(0, -3))
  using other = await rawClient(gateway)
  other.socket.write(rawPost(body))
  await until('another client to be served', () => other.received().includes('200 OK'))
  await until('the slow ones to end', () => [...slowHead, ...slowBody].every((client) => client.closed()))
  t.regex(slowHead[0]?.received() ?? '', /^HTTP\/1\.1 408/)
  t.is(upstream.requests.length, 1)
})

test('A client that asked to be told before it sends its body is told of an error instead.', async (t) => {
  await using gateway = await gatewayWith(snapshot(1, [], [keyRecord()]))
  using client = await rawClient(gateway)
  client.socket.write('POST /v1/completions HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n')
  await until('the answer', () => client.received().includes('missing_api_key'))
  t.regex(client.received(), /^HTTP\/1\.1 401/)
})

test('A model name of a megabyte and a flood of idle connections do no harm.', async (t) => {
  await using upstream = await startUpstream()
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]))
  const idle = await Promise.all(Array.from({ length: 1_500 }, () => rawClient(gateway)))
  using client = await rawClient(gateway)
  client.socket.write(rawPost(JSON.stringify({ model: 'x'.repeat(1_000_000) })))
  await until('the answer', () => client.received().includes('model_not_found'))
  t.true(client.received().length < 1_000)
  t.false(idle.some((one) => one.closed()))
  for (const one of idle) one.socket.destroy()
})

test('A body that never comes to its end is given up with its request, and nothing of it is kept.', async (t) => {
  await using upstream = await startUpstream()
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]), {
    timeouts: { totalMs: 300 },
    maxBufferedBytes: 1_000,
  })
  using client = await rawClient(gateway)
  client.socket.write(rawPost(`{"model":"m","prompt":"${'x'.repeat(900)}"}`).slice(0, -5))
  await until('the end of its time', () => client.received().includes('upstream_timeout'))
  await until('it to be over', () => /^hostler_gateway_open_requests\{[^}]*\} 0$/m.test(gateway.metrics()))
  const answer = await post(gateway, { model: 'm', prompt: 'x'.repeat(900) })
  t.is(answer.status, 200, 'what the first held is free again')
  t.is(upstream.requests.length, 1)
})
