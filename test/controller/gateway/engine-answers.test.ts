import test from 'ava'
import fc from 'fast-check'
import { type EngineAnswer, engineAnswers, type Got } from './engine-answers.ts'
import { endpoint, gatewayWith, post, rawClient, rawPost, route, snapshot, startUpstream, total, until } from './parts.ts'
import { startTcp } from './tcp-engine.ts'

const settings = {
  timeouts: { firstByteMs: 400, idleMs: 400 },
  // Nobody rests: each case stands for itself.
  ejection: { softThreshold: 1_000_000, resetThreshold: 1_000_000 },
  retry: { maxAttempts: 1 },
} as const

const sum = (text: string, name: string): number =>
  [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)$`, 'gm'))].reduce((all, match) => all + Number(match[1]), 0)

/** The chunks of a body as one; undefined when the last is missing. Throws at what is none. */
const joined = (text: string): string | undefined => {
  let body = ''
  for (let at = 0; ; ) {
    const [line, size = ''] = /^([0-9a-f]+)\r\n/.exec(text.slice(at)) ?? []
    if (line === undefined) {
      if (text.slice(at).includes('\r\n')) throw new Error(`not a chunk: ${text.slice(at)}`)
      return undefined
    }
    const from = at + line.length
    const to = from + Number.parseInt(size, 16)
    if (text.length < to + 2) return undefined
    if (to === from) return body
    body += text.slice(from, to)
    at = to + 2
  }
}

/** What a client that knows no leniency makes of the bytes; undefined: not complete. */
const read = (text: string): Extract<Got, { kind: 'whole' }> | undefined => {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const body = rest.join('\r\n\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1])
  const [length, ...lengths] = [...head.matchAll(/^content-length: (\d+)\r?$/gim)].map((match) => Number(match[1]))
  const coded = /^transfer-encoding: chunked\r?$/im.test(head)
  if (lengths.length > 0 || (coded && length !== undefined)) throw new Error(`two ends of a body: ${head}`)
  if (rest.length === 0) return undefined
  if (status === 204) return { kind: 'whole', status, body }
  const complete = coded ? joined(body) : body.length === length ? body : undefined
  return complete === undefined ? undefined : { kind: 'whole', status, body: complete }
}

/** An engine that answers as the case says for as long as there is one, and well otherwise. */
const startEngine = (current: () => EngineAnswer | undefined) =>
  startTcp((socket) => {
    socket.on('data', async (chunk) => {
      // Head and body may come apart, and the body ends with it.
      if (chunk.at(-1) !== 0x7d) return
      const now = current()
      if (!now) {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood')
        return
      }
      for (const piece of now.pieces) await new Promise((resolve) => socket.write(Buffer.from(piece, 'latin1'), resolve))
      if (now.next === 'ends') socket.end()
      if (now.next === 'resets') setImmediate(() => socket.destroy())
    })
  })

test(`Whatever an engine answers, its client gets a whole answer, an error or a clear break, and nobody else notices (${engineAnswers.length} cases).`, async (t) => {
  let current: EngineAnswer | undefined
  await using engine = await startEngine(() => current)
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', engine.origin)])]), settings)
  const seen: Record<string, unknown> = {}
  for (const [index, one] of engineAnswers.entries()) {
    current = one
    using client = await rawClient(gateway)
    client.socket.write(rawPost('{"model":"m"}'))
    await until(`an end of: ${one.name}`, () => client.closed() || read(client.received()) !== undefined)
    const answer = read(client.received())
    const status = Number(client.received().split(' ')[1])
    const own = answer && /"error":/.test(answer.body) ? (JSON.parse(answer.body) as { error: { code: string } }).error.code : undefined
    seen[one.name] = own === undefined ? (answer ?? { kind: 'cut', status }) : { kind: 'error', status, code: own }
    current = undefined
    t.is(await (await post(gateway)).text(), 'good', `behind: ${one.name}`)
    await until('all to have ended', () => sum(gateway.metrics(), 'hostler_gateway_open_requests') === 0)
    t.is(total(gateway.outstanding()), 0, one.name)
    t.is(sum(gateway.metrics(), 'hostler_gateway_requests_total'), 2 * (index + 1), `each is counted once: ${one.name}`)
  }
  t.deepEqual(seen, Object.fromEntries(engineAnswers.map(({ name, got }) => [name, got])))
})

test('Headers of the connection to an engine, and those that it names, stay there.', async (t) => {
  await using engine = await startTcp((socket) =>
    socket.once('data', () =>
      socket.write(
        'HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Internal\r\nX-Internal: secret\r\nKeep-Alive: timeout=5\r\nProxy-Authenticate: x\r\nTrailer: X-T\r\nUpgrade: h2c\r\nX-Stays: here\r\nContent-Length: 2\r\n\r\nok',
      ),
    ),
  )
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', engine.origin)])]))
  using client = await rawClient(gateway)
  client.socket.write(rawPost('{"model":"m"}'))
  await until('the answer', () => client.received().endsWith('ok'))
  t.regex(client.received(), /^X-Stays: here\r$/m)
  t.notRegex(client.received(), /x-internal|secret|proxy-authenticate|^trailer|^upgrade|timeout=5/im)
})

test('However engines answer and clients leave, each request is uncounted exactly once.', async (t) => {
  const answers = engineAnswers.filter(({ got }) => got.kind !== 'error' || got.status !== 504)
  const way = fc.record({
    answer: fc.nat(answers.length),
    leaves: fc.constantFrom('never', 'at once', 'after its body', 'at the first byte'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(way, { minLength: 1, maxLength: 12 }), async (ways) => {
      const queue = ways.map(({ answer }) => answers[answer])
      await using a = await startEngine(() => queue.shift())
      await using b = await startEngine(() => queue.shift())
      await using gateway = await gatewayWith(snapshot(1, [route([endpoint('a', a.origin), endpoint('b', b.origin)])]), {
        ...settings,
        retry: { maxAttempts: 2 },
      })
      await Promise.all(
        ways.map(async ({ leaves }) => {
          using client = await rawClient(gateway)
          client.socket.write(leaves === 'at once' ? rawPost('{"model":"m"}').slice(0, -5) : rawPost('{"model":"m"}'))
          if (leaves === 'never') await until('an answer', () => client.closed() || read(client.received()) !== undefined)
          if (leaves === 'at the first byte') await until('a byte', () => client.closed() || client.received() !== '')
        }),
      )
      await until('all to have ended', () => sum(gateway.metrics(), 'hostler_gateway_open_requests') === 0)
      t.deepEqual(new Set(gateway.outstanding().values()), new Set([0]))
      t.deepEqual(new Set(gateway.waiting().values()), new Set([0]))
      t.true(sum(gateway.metrics(), 'hostler_gateway_requests_total') <= ways.length)
    }),
    { numRuns: 25 },
  )
})

test('A body of 100 MB is refused before it is read, announced or not, and the gateway holds none of it.', async (t) => {
  await using upstream = await startUpstream()
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]))
  const size = 100 * 1024 * 1024
  using announced = await rawClient(gateway)
  announced.socket.write(rawPost('').replace('Content-Length: 0', `Content-Length: ${size}`))
  await until('the refusal', () => announced.received().includes('body_too_large'))
  t.regex(announced.received(), /^HTTP\/1\.1 413 /)

  using hidden = await rawClient(gateway)
  hidden.socket.write(rawPost('').replace('Content-Length: 0', 'Transfer-Encoding: chunked'))
  const piece = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(1024 * 1024, 0x20), Buffer.from('\r\n')])
  for (let sent = 0; sent < 100 && !hidden.closed(); sent++) await new Promise((resolve) => hidden.socket.write(piece, resolve))
  await until('the refusal', () => hidden.received().includes('body_too_large'))
  t.is(upstream.requests.length, 0)
  t.is((await post(gateway)).status, 200)
})

test('JSON that is malformed, deep or long is refused with the reason, fast enough to hold up nobody.', async (t) => {
  await using upstream = await startUpstream()
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]))
  const deep = (open: string, close: string) => `{"model":"m","x":${open.repeat(100_000)}${close.repeat(100_000)}}`
  const bodies: Readonly<Record<string, string>> = {
    brackets: deep('[', ']'),
    braces: deep('{"a":', '}').replace(':}', ':1}'),
    'open brackets': '['.repeat(1_000_000),
    'half a string': '{"model":"m',
    'half an escape': '{"model":"m\\u00',
    'a comma too many': '{"model":"m",}',
    'two values': '{"model":"m"}{}',
    NaN: '{"model":"m","x":NaN}',
    'no UTF-8': '\xff',
    'a number as a model': '{"model":1}',
    'a list': '["m"]',
  }
  for (const [name, body] of Object.entries(bodies)) {
    const response = await post(gateway, Buffer.from(body, 'latin1'))
    t.is(response.status, 400, name)
    t.is(((await response.json()) as { error: { code: string } }).error.code, 'body_invalid', name)
  }
  t.is(upstream.requests.length, 0)
})
