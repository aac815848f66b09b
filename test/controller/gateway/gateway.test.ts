import type { ServerResponse } from 'node:http'
import test from 'ava'
import {
  echo,
  endpoint,
  gatewayWith,
  keyRecord,
  post,
  readAll,
  route,
  secret,
  snapshot,
  startUpstream,
  total,
  until,
  url,
} from './parts.ts'

interface ErrorBody {
  readonly error: { readonly message: string; readonly type: string; readonly param: string | null; readonly code: string }
}

const errorOf = async (response: Response): Promise<ErrorBody['error']> => ((await response.json()) as ErrorBody).error

test('A request reaches the replica with its bytes unchanged, the replica key in place of the client key, and the answer comes back as it was.', async (t) => {
  await using upstream = await startUpstream((_request, response, body) => {
    response.writeHead(201, 'Made', { 'content-type': 'text/odd', 'x-engine': 'yes', 'set-cookie': ['a=1', 'b=2'] })
    response.end(Buffer.concat([body, Buffer.from([0, 255])]))
  })
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]))
  const sent = ' {"stream" : false, "model":"\\u006d",\t"x":[1,2,{"model":"other"}]}\n'
  const response = await post(gateway, sent, {
    headers: { 'x-custom': 'kept', traceparent: '00-aa-bb-01', 'x-request-id': 'id-7' },
    path: '/v1/chat/completions?a=b%20c',
  })
  t.is(response.status, 201)
  t.is(response.statusText, 'Made')
  t.is(response.headers.get('content-type'), 'text/odd')
  t.is(response.headers.get('x-engine'), 'yes')
  t.deepEqual(response.headers.getSetCookie(), ['a=1', 'b=2'])
  t.is(response.headers.get('x-request-id'), 'id-7')
  t.deepEqual(Buffer.from(await response.arrayBuffer()), Buffer.concat([Buffer.from(sent), Buffer.from([0, 255])]))
  const { request, body } = upstream.requests[0] ?? t.fail()
  t.is(body.toString(), sent)
  t.is(request.url, '/v1/chat/completions?a=b%20c')
  t.is(request.headers.authorization, 'Bearer replica-secret')
  t.is(request.headers['x-custom'], 'kept')
  t.is(request.headers.traceparent, '00-aa-bb-01')
  t.is(request.headers['x-request-id'], 'id-7')
  t.is(request.headers.host, upstream.origin.slice('http://'.length))
})

test('Headers that a Connection header names go no further, in either direction.', async (t) => {
  await using upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { connection: 'keep-alive, x-hop', 'x-hop': 'engine', 'keep-alive': 'timeout=5', 'x-end': 'engine' })
    response.end('ok')
  })
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]))
  const { rawClient, rawPost } = await import('./parts.ts')
  using client = await rawClient(gateway)
  client.socket.write(
    rawPost(
      '{"model":"m"}',
      'Connection: keep-alive, X-Nominated\r\nX-Nominated: 1\r\nTE: trailers\r\nProxy-Authorization: x\r\nX-Kept: 1\r\n',
    ),
  )
  await until('an answer', () => client.received().includes('ok'))
  t.notRegex(client.received(), /x-hop/i)
  t.regex(client.received(), /x-end: engine/)
  const { headers } = upstream.requests[0]?.request ?? t.fail()
  t.deepEqual(
    [headers['x-nominated'], headers.te, headers['proxy-authorization'], headers['x-kept']],
    [undefined, undefined, undefined, '1'],
  )
})

test('A stream is relayed byte for byte, piece by piece, while it is made.', async (t) => {
  const pieces = Array.from({ length: 50 }, (_, i) => `data: {"i":${i},"text":"é😀"}\n\n`)
  const step = Array.from(pieces, () => Promise.withResolvers<void>())
  await using upstream = await startUpstream(async (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const [i, piece] of pieces.entries()) {
      response.write(piece)
      await step[i]?.promise
    }
    response.end('data: [DONE]\n\n')
  })
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]))
  const response = await post(gateway, { model: 'm', stream: true })
  const reader = response.body?.getReader() ?? t.fail()
  let text = ''
  const decoder = new TextDecoder()
  for (const [i] of pieces.entries()) {
    const wanted = pieces.slice(0, i + 1).join('')
    while (text.length < wanted.length) text += decoder.decode((await reader.read()).value, { stream: true })
    t.is(text, wanted)
    step[i]?.resolve()
  }
  for (let part = await reader.read(); !part.done; part = await reader.read()) text += decoder.decode(part.value, { stream: true })
  t.is(text, `${pieces.join('')}data: [DONE]\n\n`)
  t.is(total(gateway.outstanding()), 0)
})

test('A client that reads slowly holds the engine back instead of filling the gateway.', async (t) => {
  const chunk = Buffer.alloc(256 * 1024, 'x')
  let written = 0
  let stalled = 0
  const chunks = 400
  await using upstream = await startUpstream(async (_request, response) => {
    response.writeHead(200)
    for (let i = 0; i < chunks; i++) {
      written += chunk.length
      if (!response.write(chunk)) {
        stalled++
        await new Promise((resolve) => response.once('drain', resolve))
      }
    }
    response.end()
  })
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]))
  const response = await post(gateway)
  let last = -1
  await until('the engine to be held back', async () => {
    const still = written === last
    last = written
    await new Promise((resolve) => setTimeout(resolve, 200))
    return still && stalled > 0
  })
  t.true(written < (chunks * chunk.length) / 2, `${written} bytes were taken from the engine`)
  t.is((await readAll(response.body as unknown as AsyncIterable<Buffer>)).length, chunks * chunk.length)
})

test('GET /v1/models lists what the key may use, and one model by its name.', async (t) => {
  const keys = [keyRecord(), keyRecord({ id: 'key-2', secret: 'narrow', models: ['b/two'] })]
  const routes = [route([], { models: ['a', 'alias'] }), route([], { deployment: 'second', models: ['b/two'] })]
  await using gateway = await gatewayWith(snapshot(1, routes, keys))
  const list = async (key: string) => (await fetch(url(gateway, '/v1/models'), { headers: { authorization: `Bearer ${key}` } })).json()
  t.deepEqual(await list(secret), {
    object: 'list',
    data: ['a', 'alias', 'b/two'].map((id) => ({ id, object: 'model', created: 0, owned_by: 'hostler' })),
  })
  t.deepEqual(await list('narrow'), { object: 'list', data: [{ id: 'b/two', object: 'model', created: 0, owned_by: 'hostler' }] })
  const one = await fetch(url(gateway, '/v1/models/b%2Ftwo'), { headers: { 'x-api-key': 'narrow' } })
  t.is(one.status, 200)
  const other = await fetch(url(gateway, '/v1/models/a'), { headers: { 'x-api-key': 'narrow' } })
  t.is((await errorOf(other)).code, 'model_not_found')
})

test('Health and readiness need no key; all else does.', async (t) => {
  await using gateway = await gatewayWith(undefined)
  t.is((await fetch(url(gateway, '/healthz'))).status, 200)
  t.is((await fetch(url(gateway, '/readyz'))).status, 503)
  gateway.apply(snapshot(1, []))
  t.is((await fetch(url(gateway, '/readyz'))).status, 200)
  for (const path of ['/v1/models', '/v1/chat/completions', '/tokenize']) t.is((await fetch(url(gateway, path))).status, 401, path)
  t.is((await fetch(url(gateway, '/metrics'))).status, 401)
})

test('A key that is missing, unknown, expired or not allowed the model is told so in the shape of OpenAI.', async (t) => {
  await using upstream = await startUpstream()
  const keys = [keyRecord({ models: ['m'] }), keyRecord({ id: 'old', secret: 'old', expiresUnixMs: 1 })]
  const routes = [route([endpoint('r1', upstream.origin)]), route([], { deployment: 'other', models: ['n'] })]
  await using gateway = await gatewayWith(snapshot(1, routes, keys))
  const missing = await post(gateway, { model: 'm' }, { headers: { authorization: '' } })
  t.deepEqual([missing.status, (await errorOf(missing)).code], [401, 'missing_api_key'])
  const unknown = await post(gateway, { model: 'm' }, { headers: { authorization: 'Bearer nope' } })
  t.deepEqual([unknown.status, (await errorOf(unknown)).code], [401, 'invalid_api_key'])
  const expired = await post(gateway, { model: 'm' }, { headers: { authorization: 'Bearer old' } })
  t.regex((await errorOf(expired)).message, /expired at 1970/)
  const forbidden = await post(gateway, { model: 'n' })
  t.deepEqual([forbidden.status, (await errorOf(forbidden)).code], [403, 'model_forbidden'])
  t.is(upstream.requests.length, 0)
})

test('With open authentication no key is asked for, and the replica still gets its own.', async (t) => {
  await using upstream = await startUpstream()
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]), { auth: 'open' })
  t.is((await post(gateway, { model: 'm' }, { headers: { authorization: 'Bearer whatever' } })).status, 200)
  t.is(upstream.requests[0]?.request.headers.authorization, 'Bearer replica-secret')
})

test('An unknown model is a 404 as OpenAI has it, and a body that is not usable a 400 that says where it is wrong.', async (t) => {
  await using upstream = await startUpstream()
  const routes = [route([endpoint('r1', upstream.origin)]), route([], { deployment: 'other', models: ['n'] })]
  await using gateway = await gatewayWith(snapshot(1, routes))
  const unknown = await post(gateway, { model: 'gpt-9' })
  t.is(unknown.status, 404)
  t.deepEqual(await errorOf(unknown), {
    message: "The model 'gpt-9' does not exist here. GET /v1/models lists those that do.",
    type: 'invalid_request_error',
    param: 'model',
    code: 'model_not_found',
  })
  const bad: [body: string | Uint8Array, message: RegExp][] = [
    ['{"model":"m",}', /byte 13 is not what JSON allows/],
    ['{"model":"m"', /ends too early, after 12 bytes/],
    ['{"model":7}', /'model' in the request body is not a string/],
    ['[1]', /not an object/],
    ['{"messages":[]}', /names no model/],
    ['', /names no model/],
    [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), /not valid UTF-8/],
    [`{"model":"m","x":${'['.repeat(3000)}`, /nested deeper than 1000/],
  ]
  for (const [body, message] of bad) {
    const response = await post(gateway, body)
    t.is(response.status, 400)
    const error = await errorOf(response)
    t.regex(error.message, message)
    t.is(error.type, 'invalid_request_error')
  }
  const compressed = await post(gateway, '{"model":"m"}', { headers: { 'content-encoding': 'gzip' } })
  t.regex((await errorOf(compressed)).message, /compressed \(content-encoding: gzip\)/)
  t.is(upstream.requests.length, 0)
})

test('A request that names no model goes to the only deployment its key may use.', async (t) => {
  await using upstream = await startUpstream()
  const routes = [route([endpoint('r1', upstream.origin)], { models: ['m', 'alias'] }), route([], { deployment: 'other', models: ['n'] })]
  await using gateway = await gatewayWith(snapshot(1, routes, [keyRecord({ models: ['m', 'alias'] })]))
  t.is((await post(gateway, { prompt: 'x' }, { path: '/tokenize' })).status, 200)
  t.is((await fetch(url(gateway, '/v1/responses/r_1'), { headers: { 'x-api-key': secret } })).status, 200)
  t.deepEqual(
    upstream.requests.map(({ request }) => `${request.method} ${request.url}`),
    ['POST /tokenize', 'GET /v1/responses/r_1'],
  )
})

test('The model of a multipart form is found, its bytes unchanged.', async (t) => {
  await using upstream = await startUpstream()
  const routes = [route([endpoint('r1', upstream.origin)]), route([], { deployment: 'other', models: ['n'] })]
  await using gateway = await gatewayWith(snapshot(1, routes))
  const form = new FormData()
  form.set('file', new Blob([Buffer.from('RIFF\r\n\r\nname="model"\r\n\r\nnope')]), 'a.wav')
  form.set('model', 'm')
  const response = await fetch(url(gateway, '/v1/audio/transcriptions'), {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}` },
    body: form,
  })
  t.is(response.status, 200)
  t.regex(upstream.requests[0]?.request.headers['content-type'] ?? '', /^multipart\/form-data; boundary=/)
  t.true(upstream.requests[0]?.body.includes('nope'))
  form.append('model', 'n')
  const twice = await fetch(url(gateway, '/v1/audio/transcriptions'), {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}` },
    body: form,
  })
  t.regex((await errorOf(twice)).message, /several fields named "model"/)
})

test('A body over the limit is a 413, announced or not, and the connection serves on.', async (t) => {
  await using upstream = await startUpstream()
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]), { maxBodyBytes: 1000 })
  const big = JSON.stringify({ model: 'm', prompt: 'x'.repeat(3_000_000) })
  const announced = await post(gateway, big)
  t.is(announced.status, 413)
  t.is((await errorOf(announced)).code, 'body_too_large')
  const chunked = await post(gateway, '', { body: new Blob([big]).stream(), duplex: 'half' } as RequestInit)
  t.is(chunked.status, 413)
  t.is((await post(gateway)).status, 200)
  t.is(upstream.requests.length, 1)
})

test('Engine administration and unknown paths are not passed on, and ambiguous ones are refused.', async (t) => {
  await using upstream = await startUpstream()
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]))
  for (const path of ['/shutdown', '/slots', '/metrics2', '/v1/load_lora_adapter', '/v1', '/'])
    t.is((await post(gateway, { model: 'm' }, { path })).status, 404, path)
  for (const path of ['/v1//slots', '/v1/..%2fslots', '/v1/a%5cb']) t.is((await post(gateway, { model: 'm' }, { path })).status, 400, path)
  t.is(upstream.requests.length, 0)
})

test('Over a rate limit a key gets 429 with the seconds until it may come again, and other keys are not touched.', async (t) => {
  await using upstream = await startUpstream()
  let nowMs = 1_000_000
  const clock = { monotonicMs: () => nowMs, unixMs: () => Date.now() }
  const keys = [keyRecord({ rateLimit: { requestsPerSecond: 0.5, burst: 2 } }), keyRecord({ id: 'key-2', secret: 'free' })]
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])], keys), {}, { clock })
  t.is((await post(gateway)).status, 200)
  t.is((await post(gateway)).status, 200)
  const limited = await post(gateway)
  t.deepEqual([limited.status, limited.headers.get('retry-after')], [429, '2'])
  t.deepEqual(await errorOf(limited), {
    message: "The limit of API key 'key-1' is 0.5 requests a second (2 at once). Try again in 2 s.",
    type: 'rate_limit_error',
    param: null,
    code: 'rate_limit_exceeded',
  })
  t.is((await post(gateway, { model: 'm' }, { headers: { authorization: 'Bearer free' } })).status, 200)
  nowMs += 2_000
  t.is((await post(gateway)).status, 200)
  t.is((await post(gateway)).status, 429)
})

test('The limit of a deployment holds over all keys, and survives a new membership.', async (t) => {
  await using upstream = await startUpstream()
  const clock = { monotonicMs: () => 5_000, unixMs: () => Date.now() }
  const limited = route([endpoint('r1', upstream.origin)], { rateLimit: { requestsPerSecond: 1, burst: 3 } })
  const keys = [keyRecord(), keyRecord({ id: 'key-2', secret: 'second' })]
  await using gateway = await gatewayWith(snapshot(1, [limited], keys), {}, { clock })
  const second = { headers: { authorization: 'Bearer second' } }
  t.deepEqual([(await post(gateway)).status, (await post(gateway, { model: 'm' }, second)).status], [200, 200])
  gateway.apply(snapshot(2, [{ ...limited, rateLimit: { requestsPerSecond: 1, burst: 3 } }], keys))
  t.deepEqual([(await post(gateway)).status, (await post(gateway, { model: 'm' }, second)).status], [200, 429])
})

test('Over a limit in tokens a key is told what its request may cost, and is charged what the engine says in the end.', async (t) => {
  let usage: unknown = { prompt_tokens: 20, completion_tokens: 30, total_tokens: 50 }
  await using upstream = await startUpstream((request, response, body) => {
    if (request.url === '/v1/embeddings') response.writeHead(400)
    if (!JSON.parse(body.toString()).stream) {
      response.end(JSON.stringify({ choices: [], usage }))
      return
    }
    for (let i = 0; i < 5; i++) response.write(`data: {"choices":[{"delta":{"content":"${i}"}}],"usage":null}\n\n`)
    response.end(`data: ${JSON.stringify({ choices: [], usage })}\n\ndata: [DONE]\n\n`)
  })
  const clock = { monotonicMs: () => 5_000, unixMs: () => Date.now() }
  const keys = [keyRecord({ tokensPerMinute: 600 })]
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])], keys), {}, { clock })
  const ask = async (max_tokens: number, more = {}, path = '/v1/chat/completions') => {
    const response = await post(gateway, { model: 'm', max_tokens, ...more }, { path })
    const error = response.status === 429 ? (await errorOf(response)).message : (await response.text()) && ''
    return [response.status, response.headers.get('retry-after'), error] as const
  }
  t.is((await ask(500))[0], 200)
  // 550 of 600 are left: an estimate of 590 has to wait for 40, which is 4 s.
  t.deepEqual(await ask(582), [
    429,
    '4',
    "The limit of API key 'key-1' is 600 tokens a minute. This request may cost 590: about 8 for its body, up to 582 for its answer. Try again in 4 s, or ask for fewer tokens (max_tokens).",
  ])
  t.is((await ask(500, { stream: true }))[0], 200)
  t.is((await ask(500, {}, '/v1/embeddings'))[0], 400, 'passes, costs nothing')
  usage = undefined
  t.is((await ask(491))[0], 200)
  // 600 - 50 - 50 - (8 + 14 bytes / 4)
  t.is((await ask(481))[0], 429)
  t.is((await ask(480))[0], 200)
})

test('With routing by prefix a conversation stays at one replica, different ones are spread, and a full replica is no bar.', async (t) => {
  const turns: string[] = []
  const answer = (name: string) => async (_request: unknown, response: ServerResponse, body: Buffer) => {
    const { messages, hold } = JSON.parse(body.toString())
    turns.push(`${messages[0].content} ${name}`)
    if (hold) await held.promise
    response.end('ok')
  }
  const held = Promise.withResolvers<void>()
  const upstreams = await Promise.all(['a', 'b', 'c', 'd'].map((name) => startUpstream(answer(name))))
  await using _all = { [Symbol.asyncDispose]: () => Promise.all(upstreams.map((one) => one.kill())).then(() => {}) }
  const endpoints = upstreams.map(({ origin }, at) => endpoint(`r${at}`, origin))
  await using gateway = await gatewayWith(snapshot(1, [route(endpoints, { routing: 'prefix' })]))
  const say = (who: number, turn: number, more = {}) => {
    const later = Array.from({ length: turn }, (_, i) => ({ role: i % 2 ? 'user' : 'assistant', content: `${i}` }))
    return post(gateway, { model: 'm', messages: [{ role: 'user', content: `c${who}` }, ...later], ...more })
  }
  for (let turn = 0; turn < 4; turn++) {
    for (let who = 0; who < 24; who++) {
      await (await say(who, turn)).text()
      await until('it to be over', () => total(gateway.outstanding()) === 0)
    }
  }
  const homes = new Set(turns)
  t.is(homes.size, 24, 'each conversation has one home')
  t.true(new Set([...homes].map((home) => home.at(-1))).size >= 3)
  const busy = [say(0, 0, { hold: true }), say(0, 1, { hold: true }), say(0, 2, { hold: true })]
  await until('all three to be there', () => turns.length === 24 * 4 + 3)
  t.is(new Set(turns.slice(-3)).size, 3, 'one replica does not get all of them at once')
  held.resolve()
  await Promise.all(busy)
})

test('Metrics are there for those who know the token, and on a listener of their own.', async (t) => {
  await using upstream = await startUpstream(echo)
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]), {
    metrics: { token: 'a-long-enough-token', listen: { port: 0 } },
  })
  await post(gateway)
  await post(gateway, { model: 'gpt-9' })
  const read = async (response: Response) => response.text()
  await until('both to be counted', () => gateway.metrics().includes('code="404"'))
  const text = await read(await fetch(url(gateway, '/metrics'), { headers: { authorization: 'Bearer a-long-enough-token' } }))
  t.regex(text, /^hostler_gateway_requests_total\{model="m",tenant="team",code="200",outcome="answered"\} 1$/m)
  t.regex(text, /^hostler_gateway_requests_total\{model="",tenant="team",code="404",outcome="refused"\} 1$/m)
  t.regex(text, /^hostler_gateway_upstream_connects_total\{replica="r1"\} 1$/m)
  t.regex(text, /^hostler_gateway_outstanding\{replica="r1"\} 0$/m)
  t.regex(text, /^hostler_gateway_first_byte_seconds_count\{model="m"\} 1$/m)
  t.is(await read(await fetch(`http://127.0.0.1:${gateway.metricsAddress?.port}/metrics`)), gateway.metrics())
  t.is((await fetch(url(gateway, '/metrics'), { headers: { authorization: 'Bearer wrong' } })).status, 401)
})
