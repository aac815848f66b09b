import test from 'ava'
import { endpoint, gatewayWith, keyRecord, rawClient, rawPost, route, secret, snapshot, startUpstream, until } from '../parts.ts'

const auth = `Authorization: Bearer ${secret}`
const body = '{"model":"m"}'
const head = (lines: readonly string[], first = 'POST /v1/completions HTTP/1.1') => `${[first, ...lines].join('\r\n')}\r\n\r\n`
const counted = `Content-Length: ${body.length}`

/** What must not reach an engine, because another server could read it in another way. */
const refused: Record<string, string> = {
  'two Host headers': head(['Host: a', 'Host: b', auth, counted]) + body,
  'two equal Host headers': head(['Host: a', 'host: a', auth, counted]) + body,
  'an empty Host': head(['Host:', auth, counted]) + body,
  'a Host with a path': head(['Host: a/b', auth, counted]) + body,
  'a Host with a user': head(['Host: u@a', auth, counted]) + body,
  'a Host list': head(['Host: a, b', auth, counted]) + body,
  'no Host': head([auth, counted]) + body,
  'length and chunks': `${head(['Host: a', auth, counted, 'Transfer-Encoding: chunked'])}d\r\n${body}\r\n0\r\n\r\n`,
  'chunks and length': `${head(['Host: a', auth, 'Transfer-Encoding: chunked', counted])}d\r\n${body}\r\n0\r\n\r\n`,
  'two lengths': head(['Host: a', auth, counted, 'Content-Length: 0']) + body,
  'two equal lengths': head(['Host: a', auth, counted, counted]) + body,
  'a length list': head(['Host: a', auth, `Content-Length: ${body.length}, ${body.length}`]) + body,
  'a signed length': head(['Host: a', auth, `Content-Length: +${body.length}`]) + body,
  'a hexadecimal length': head(['Host: a', auth, 'Content-Length: 0xd']) + body,
  'an empty length': head(['Host: a', auth, 'Content-Length:']) + body,
  'chunks in HTTP/1.0': `${head(['Host: a', auth, 'Transfer-Encoding: chunked'], 'POST /v1/completions HTTP/1.0')}d\r\n${body}\r\n0\r\n\r\n`,
  'chunked twice': `${head(['Host: a', auth, 'Transfer-Encoding: chunked, chunked'])}d\r\n${body}\r\n0\r\n\r\n`,
  'chunked in two headers': `${head(['Host: a', auth, 'Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'])}d\r\n${body}\r\n0\r\n\r\n`,
  'gzip before chunked': `${head(['Host: a', auth, 'Transfer-Encoding: gzip, chunked'])}d\r\n${body}\r\n0\r\n\r\n`,
  identity: head(['Host: a', auth, 'Transfer-Encoding: identity', counted]) + body,
  'an unknown encoding': `${head(['Host: a', auth, 'Transfer-Encoding: xchunked'])}d\r\n${body}\r\n0\r\n\r\n`,
  'an empty encoding': head(['Host: a', auth, 'Transfer-Encoding:', counted]) + body,
  'a space before the colon': head(['Host: a', auth, 'Transfer-Encoding : chunked', counted]) + body,
  'a folded header': head(['Host: a', auth, 'X-A: b\r\n c', 'Transfer-Encoding:\r\n chunked', counted]) + body,
  'a bare line feed': `POST /v1/completions HTTP/1.1\nHost: a\n${auth}\n${counted}\n\n${body}`,
  'a null byte in a header': head(['Host: a', auth, 'X-A: b\u0000c', counted]) + body,
  'a null byte in a name': head(['Host: a', auth, 'X\u0000A: b', counted]) + body,
  'an absolute target': head(['Host: a', auth, counted], 'POST http://other/v1/completions HTTP/1.1') + body,
  'a target without a slash': head(['Host: a', auth, counted], 'POST v1/completions HTTP/1.1') + body,
  'an asterisk': head(['Host: a', auth], 'OPTIONS * HTTP/1.1'),
  'a fragment': head(['Host: a', auth, counted], 'POST /v1/completions#x HTTP/1.1') + body,
  'a backslash': head(['Host: a', auth, counted], 'POST /v1\\completions HTTP/1.1') + body,
  dots: head(['Host: a', auth, counted], 'POST /v1/../slots HTTP/1.1') + body,
  'encoded dots': head(['Host: a', auth, counted], 'POST /v1/%2e%2e/slots HTTP/1.1') + body,
  'a double slash': head(['Host: a', auth, counted], 'POST /v1//slots HTTP/1.1') + body,
  'a raw byte in the target': head(['Host: a', auth, counted], 'POST /v1/\u00e9 HTTP/1.1') + body,
  'an unknown method': head(['Host: a', auth, counted], 'SMUGGLE /v1/completions HTTP/1.1') + body,
  'a lower-case method': head(['Host: a', auth, counted], 'post /v1/completions HTTP/1.1') + body,
  'HTTP/2.0 in the request line': head(['Host: a', auth, counted], 'POST /v1/completions HTTP/2.0') + body,
  'no version': `POST /v1/completions\r\nHost: a\r\n\r\n`,
  CONNECT: head(['Host: a', auth], 'CONNECT a:443 HTTP/1.1'),
  'a chunk size that is not a number': `${head(['Host: a', auth, 'Transfer-Encoding: chunked'])}zz\r\n${body}\r\n0\r\n\r\n`,
  'a chunk longer than it says': `${head(['Host: a', auth, 'Transfer-Encoding: chunked'])}3\r\n${body}\r\n0\r\n\r\n`,
  'headers beyond the limit': head(['Host: a', auth, `X-A: ${'x'.repeat(40_000)}`, counted]) + body,
  'TLS on the plain port': '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
}

test('What another server could read in another way is refused, closes the connection, and reaches no engine.', async (t) => {
  await using upstream = await startUpstream()
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]))
  for (const [name, bytes] of Object.entries(refused)) {
    using client = await rawClient(gateway)
    client.socket.write(Buffer.from(bytes, 'latin1'))
    await until(`${name} to be refused`, () => client.closed() || /^HTTP\/1\.1 4\d\d/.test(client.received()))
    t.notRegex(client.received(), /^HTTP\/1\.1 [235]/, name)
    t.is(upstream.requests.length, 0, name)
  }
})

test('What is unusual but clear is served.', async (t) => {
  await using upstream = await startUpstream()
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]))
  const served: Record<string, string> = {
    'HTTP/1.0 without a Host': head([auth, counted], 'POST /v1/completions HTTP/1.0') + body,
    'an IPv6 Host': head(['Host: [::1]:80', auth, counted]) + body,
    chunks: `${head(['Host: a', auth, 'Transfer-Encoding: chunked'])}3\r\n${body.slice(0, 3)}\r\na\r\n${body.slice(3)}\r\n0\r\n\r\n`,
    'Chunked with a capital letter': `${head(['Host: a', auth, 'Transfer-Encoding: Chunked'])}d\r\n${body}\r\n0\r\n\r\n`,
    'an upgrade that is not wanted':
      head(['Host: a', auth, counted, 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk']) + body,
    'Expect: 100-continue': head(['Host: a', auth, counted, 'Expect: 100-continue']) + body,
    'two requests at once': (head(['Host: a', auth, counted]) + body).repeat(2),
  }
  let seen = 0
  for (const [name, bytes] of Object.entries(served)) {
    using client = await rawClient(gateway)
    client.socket.write(Buffer.from(bytes, 'latin1'))
    const wanted = name === 'two requests at once' ? 2 : 1
    await until(`${name} to be answered`, () => (client.received().match(/HTTP\/1\.1 200 OK/g) ?? []).length === wanted)
    seen += wanted
    t.is(upstream.requests.length, seen, name)
    const { request, body: received } = upstream.requests.at(-1) ?? t.fail()
    t.is(received.toString(), body, name)
    t.deepEqual(
      [request.headers.upgrade, request.headers['http2-settings'], request.headers.expect, request.headers['transfer-encoding']],
      [undefined, undefined, undefined, undefined],
      name,
    )
    t.is(request.headers['content-length'], String(body.length), name)
  }
})

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
  const idle = await Promise.all(Array.from({ length: 500 }, () => rawClient(gateway)))
  using client = await rawClient(gateway)
  client.socket.write(rawPost(JSON.stringify({ model: 'x'.repeat(1_000_000) })))
  await until('the answer', () => client.received().includes('model_not_found'))
  t.true(client.received().length < 1_000)
  t.false(idle.some((one) => one.closed()))
  for (const one of idle) one.socket.destroy()
})
