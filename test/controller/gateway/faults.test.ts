import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { Readable } from 'node:stream'
import test from 'ava'
import { endpoint, gatewayWith, post, rawClient, rawPost, route, snapshot, startUpstream, total, until, url } from './parts.ts'
import { startTcp } from './tcp-engine.ts'

function* endless(): Generator<Buffer> {
  for (;;) yield Buffer.alloc(64 * 1024)
}

const freedPort = async (): Promise<number> => {
  const upstream = await startUpstream()
  await upstream.kill()
  return upstream.port
}

const codeOf = async (response: Response): Promise<string> => ((await response.json()) as { error: { code: string } }).error.code

const counted = (text: string, name: string): number =>
  [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)$`, 'gm'))].reduce((sum, match) => sum + Number(match[1]), 0)

test('A replica that refuses connections costs no request: another one answers, and it is told to be a suspect.', async (t) => {
  await using good = await startUpstream()
  const dead = `http://127.0.0.1:${await freedPort()}`
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('dead', dead), endpoint('good', good.origin)])]))
  let changes = 0
  gateway.onChange(() => changes++)
  const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await post(gateway)).status))
  t.deepEqual(new Set(statuses), new Set([200]))
  t.deepEqual(gateway.suspects(), ['dead'])
  t.true(changes > 0)
  t.is(total(gateway.outstanding()), 0)
})

test('A replica that dies before its first byte loses no request: each goes to another replica.', async (t) => {
  const killed = Promise.withResolvers<void>()
  await using doomed = await startUpstream(() => {})
  await using good = await startUpstream(async (_request, response) => {
    await killed.promise
    response.end('ok')
  })
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('doomed', doomed.origin), endpoint('good', good.origin)])]))
  const answers = Array.from({ length: 10 }, () => post(gateway))
  await until('half of them to hang', () => doomed.requests.length >= 5)
  await doomed.kill()
  killed.resolve()
  t.deepEqual(
    (await Promise.all(answers)).map(({ status }) => status),
    answers.map(() => 200),
  )
  t.is(total(gateway.outstanding()), 0)
  t.true(counted(gateway.metrics(), 'hostler_gateway_retries_total') >= 5)
})

test('An answer whose head came but no byte of its body is asked for elsewhere.', async (t) => {
  await using doomed = await startUpstream((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-from': 'doomed' })
    response.flushHeaders()
  })
  await using good = await startUpstream((_request, response) => {
    response.writeHead(200, { 'x-from': 'good' }).end('fine')
  })
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('doomed', doomed.origin)])]))
  const answer = post(gateway)
  await until('the request to be there', () => doomed.requests.length === 1)
  gateway.apply(snapshot(2, [route([endpoint('doomed', doomed.origin), endpoint('good', good.origin)])]))
  await doomed.kill()
  const response = await answer
  t.deepEqual([response.status, response.headers.get('x-from'), await response.text()], [200, 'good', 'fine'])
})

test('The only replica dies with requests in flight and comes back: they wait for it and are answered.', async (t) => {
  const upstream = await startUpstream(() => {})
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('only', upstream.origin)], { holdMs: 20_000 })]))
  const answers = Array.from({ length: 8 }, () => post(gateway))
  await until('all to hang', () => upstream.requests.length === 8)
  await upstream.kill()
  await until('all to wait', () => total(gateway.waiting()) === 8)
  const late = post(gateway)
  await using _reborn = await startUpstream((_request, response) => void response.end('back'), upstream.port)
  const texts = await Promise.all([...answers, late].map(async (answer) => (await answer).text()))
  t.deepEqual(
    texts,
    texts.map(() => 'back'),
  )
  t.deepEqual(gateway.suspects(), [])
})

test('An engine that answers 503 because it is loading is asked again until it is ready, and no client sees it.', async (t) => {
  let loading = true
  let refused = 0
  await using upstream = await startUpstream((_request, response, body) => {
    if (loading) refused++
    response.writeHead(loading ? 503 : 200).end(loading ? '{"error":"Loading model"}' : body)
  })
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)], { holdMs: 20_000 })]))
  const answers = Array.from({ length: 5 }, () => post(gateway))
  await until('a second try', () => refused >= 7)
  t.deepEqual(gateway.suspects(), ['r1'])
  loading = false
  t.deepEqual(
    (await Promise.all(answers)).map(({ status }) => status),
    [200, 200, 200, 200, 200],
  )
})

test('A request that kills every replica it meets is given up after three attempts.', async (t) => {
  let killed = 0
  const poisoned = () =>
    startTcp((socket) =>
      socket.once('data', () => {
        killed++
        socket.destroy()
      }),
    )
  await using a = await poisoned()
  await using b = await poisoned()
  await using c = await poisoned()
  await using d = await poisoned()
  await using gateway = await gatewayWith(snapshot(1, [route([a, b, c, d].map(({ origin }, i) => endpoint(`r${i}`, origin)))]))
  const response = await post(gateway)
  t.deepEqual([response.status, await codeOf(response), killed], [502, 'upstream_failed', 3])
  t.is(total(gateway.outstanding()), 0)
})

test('Retries end with their budget.', async (t) => {
  await using bad = await startTcp((socket) => socket.once('data', () => socket.destroy()))
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('bad', bad.origin)])]), {
    retry: { budgetBurst: 1, budgetRatio: 0 },
  })
  t.deepEqual([(await post(gateway)).status, (await post(gateway)).status], [502, 502])
  t.is(counted(gateway.metrics(), 'hostler_gateway_retries_total'), 1)
})

test('An answer that breaks off in the middle ends badly for the client, is never begun again, and is counted as cut.', async (t) => {
  await using upstream = await startUpstream((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: half\n\n')
  })
  await using other = await startUpstream()
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]))
  using chunked = await rawClient(gateway)
  chunked.socket.write(rawPost('{"model":"m"}'))
  using old = await rawClient(gateway)
  old.socket.write(rawPost('{"model":"m"}').replace('HTTP/1.1', 'HTTP/1.0'))
  await until('both streams to begin', () => chunked.received().includes('half') && old.received().includes('half'))
  gateway.apply(snapshot(2, [route([endpoint('r1', upstream.origin), endpoint('r2', other.origin)])]))
  await upstream.kill()
  await until('both connections to end', () => chunked.closed() && old.closed())
  t.notRegex(chunked.received(), /\r\n0\r\n\r\n$/)
  t.true(old.reset(), 'without chunks only a reset says that the answer is short')
  t.is(other.requests.length, 0)
  await until('both to be counted', () => counted(gateway.metrics(), 'hostler_gateway_cut_answers_total') === 2)
  t.is(total(gateway.outstanding()), 0)
})

test('A counted answer that is shorter than it said is cut as well.', async (t) => {
  await using liar = await startTcp((socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort')),
  )
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('liar', liar.origin)])]))
  const response = await post(gateway)
  t.is(response.status, 200)
  await t.throwsAsync(response.text())
  await until('it to be counted', () => counted(gateway.metrics(), 'hostler_gateway_cut_answers_total') === 1)
})

test('A replica that answers with something that is not HTTP is a 502 that says so.', async (t) => {
  await using garbage = await startTcp((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.2\r\n')))
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('garbage', garbage.origin)])]))
  const response = await post(gateway)
  t.is(response.status, 502)
  t.regex(await response.text(), /not HTTP/)
})

test('A replica that accepts and never answers is a 504 after the first-byte limit, and rests when it goes on.', async (t) => {
  await using mute = await startTcp(() => {})
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('mute', mute.origin)])]), {
    timeouts: { firstByteMs: 150 },
    ejection: { softThreshold: 2 },
  })
  const first = await post(gateway)
  t.deepEqual([first.status, await codeOf(first)], [504, 'upstream_timeout'])
  t.deepEqual(gateway.suspects(), [])
  await post(gateway)
  t.deepEqual(gateway.suspects(), ['mute'])
  t.is((await post(gateway)).status, 504, 'the least bad still serves when there is no other')
  t.is(total(gateway.outstanding()), 0)
})

test('An answer that stands still in the middle is cut after the idle limit.', async (t) => {
  await using upstream = await startUpstream((_request, response) => void response.write('begun'))
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]), { timeouts: { idleMs: 150 } })
  const response = await post(gateway)
  await t.throwsAsync(response.text())
  await until('the engine to be told', () => upstream.requests[0]?.request.socket.destroyed === true)
})

test('A request as a whole has its limit, before the first byte and after it.', async (t) => {
  await using upstream = await startUpstream((_request, response, body) => {
    if (body.includes('begin')) response.write('begun')
  })
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]), { timeouts: { totalMs: 300 } })
  const silent = await post(gateway)
  t.deepEqual([silent.status, await codeOf(silent)], [504, 'upstream_timeout'])
  const begun = await post(gateway, { model: 'm', begin: true })
  await t.throwsAsync(begun.text())
  t.is(total(gateway.outstanding()), 0)
})

test('A client that stops reading is cut off, and the replica is not blamed for it.', async (t) => {
  await using upstream = await startUpstream((_request, response) => {
    Readable.from(endless()).pipe(response)
  })
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]), {
    timeouts: { clientStallMs: 200 },
    ejection: { softThreshold: 1, resetThreshold: 1 },
  })
  using client = await rawClient(gateway)
  client.socket.pause()
  client.socket.write(rawPost('{"model":"m"}'))
  await until('it to be cut', () => counted(gateway.metrics(), 'hostler_gateway_cut_answers_total') === 1)
  t.is(total(gateway.outstanding()), 0)
  t.deepEqual(gateway.suspects(), [])
})

test('502 and 504 of an engine are passed on and give it a rest; 400, 429 and 500 do not.', async (t) => {
  let status = 400
  await using upstream = await startUpstream((_request, response) => void response.writeHead(status).end('{"error":{}}'))
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]), { ejection: { softThreshold: 2 } })
  for (status of [400, 429, 500, 400, 429, 500]) t.is((await post(gateway)).status, status)
  t.deepEqual(gateway.suspects(), [])
  for (status of [502, 504]) t.is((await post(gateway)).status, status)
  t.deepEqual(gateway.suspects(), ['r1'])
})

test('A client that leaves frees its slot and breaks its request to the engine at once, whatever the phase.', async (t) => {
  await using upstream = await startUpstream((_request, response, body) => {
    if (body.includes('stream')) response.write('data: 1\n\n')
  })
  const one = endpoint('r1', upstream.origin, { maxConcurrent: 1 })
  await using gateway = await gatewayWith(snapshot(1, [route([one])]))
  const upstreamGone = (index: number) => upstream.requests[index]?.request.socket.destroyed === true

  using halfBody = await rawClient(gateway)
  halfBody.socket.write(rawPost('{"model":"m"}').slice(0, -4))
  await until('the head to be read', () => counted(gateway.metrics(), 'hostler_gateway_open_requests') === 1)
  halfBody.socket.destroy()
  await until('half a body to end', () => counted(gateway.metrics(), 'hostler_gateway_open_requests') === 0)
  t.is(upstream.requests.length, 0)

  using waitsForHead = await rawClient(gateway)
  waitsForHead.socket.write(rawPost('{"model":"m"}'))
  await until('the engine to have it', () => upstream.requests.length === 1)
  using inLine = await rawClient(gateway)
  inLine.socket.write(rawPost('{"model":"m"}'))
  await until('the second to wait', () => gateway.waiting().get('chat') === 1)
  inLine.socket.destroy()
  await until('the line to be empty', () => gateway.waiting().get('chat') === 0)
  waitsForHead.socket.destroy()
  await until('the engine to be told', () => upstreamGone(0))
  t.is(total(gateway.outstanding()), 0)

  using streaming = await rawClient(gateway)
  streaming.socket.write(rawPost('{"model":"m","stream":true}'))
  await until('the stream to begin', () => streaming.received().includes('data: 1'))
  streaming.socket.destroy()
  await until('the engine to be told', () => upstreamGone(1))
  t.is(total(gateway.outstanding()), 0)

  using pipelined = await rawClient(gateway)
  pipelined.socket.write(rawPost('{"model":"m","stream":true}') + rawPost('{"model":"m"}'))
  await until('the second of one connection to wait', () => gateway.waiting().get('chat') === 1)
  pipelined.socket.destroy()
  await until('both to be gone', () => upstreamGone(2) && gateway.waiting().get('chat') === 0)
  t.is(total(gateway.outstanding()), 0)
  await until(
    'all to be counted',
    () => /outcome="client_gone"/.test(gateway.metrics()) && counted(gateway.metrics(), 'hostler_gateway_open_requests') === 0,
  )
})

test('A client that leaves while the connection to the engine is being made frees its slot at once.', async (t) => {
  // A listener whose backlog is full neither accepts nor refuses.
  const full = createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 })
  await once(full, 'listening')
  const { port } = full.address() as AddressInfo
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', `http://127.0.0.1:${port}`)])]))
  using client = await rawClient(gateway)
  client.socket.write(rawPost('{"model":"m"}'))
  await until('the request to be assigned', () => total(gateway.outstanding()) === 1)
  client.socket.destroy()
  await until('the slot to be free', () => total(gateway.outstanding()) === 0)
  full.close()
  t.pass()
})

test('A connection that an engine closed while it was idle costs no request.', async (t) => {
  let answered = 0
  await using closer = await startTcp((socket) => {
    socket.on('data', () => {
      answered++
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      setImmediate(() => socket.destroy())
    })
  })
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', closer.origin)])]))
  for (let i = 0; i < 50; i++) t.is((await post(gateway)).status, 200)
  t.true(answered >= 50)
})

test('An engine that answers before it has read the whole request is relayed.', async (t) => {
  await using hasty = await startTcp((socket) =>
    socket.once('data', () => socket.write('HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig')),
  )
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', hasty.origin)])]))
  const response = await post(gateway, { model: 'm', prompt: 'x'.repeat(5_000_000) })
  t.deepEqual([response.status, await response.text()], [413, 'big'])
})

test('HEAD and answers without a body pass.', async (t) => {
  await using upstream = await startUpstream((_request, response) => void response.writeHead(204, { 'x-a': 'b' }).end())
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin)])]), { auth: 'open' })
  const empty = await post(gateway)
  t.deepEqual([empty.status, empty.headers.get('x-a'), await empty.text()], [204, 'b', ''])
  const head = await fetch(url(gateway, '/v1/files'), { method: 'HEAD' })
  t.is(head.status, 204)
})

test('Replicas that die one after another under load fail no request that had no byte of its answer.', async (t) => {
  const answer = async (_request: unknown, response: import('node:http').ServerResponse) => {
    await new Promise((resolve) => setTimeout(resolve, 5))
    response.end('{"ok":true}')
  }
  const replicas = await Promise.all([0, 1, 2].map(() => startUpstream(answer)))
  await using gateway = await gatewayWith(
    snapshot(1, [
      route(
        replicas.map(({ origin }, i) => endpoint(`r${i}`, origin)),
        { holdMs: 20_000, maxQueue: 1000 },
      ),
    ]),
  )
  let stop = false
  const failures: unknown[] = []
  let done = 0
  const client = async () => {
    while (!stop) {
      try {
        const response = await post(gateway)
        const text = await response.text()
        if (response.status !== 200) failures.push(text)
      } catch (error) {
        failures.push(error)
      }
      done++
    }
  }
  const clients = Array.from({ length: 24 }, client)
  for (const [i, replica] of replicas.entries()) {
    await until('some load', () => done > 200 * (i + 1))
    await replica.kill()
    await until('more load', () => done > 200 * (i + 1) + 100)
    replicas[i] = await startUpstream(answer, replica.port)
  }
  await until('the end', () => done > 1500)
  stop = true
  await Promise.all(clients)
  t.deepEqual(failures, [])
  t.is(total(gateway.outstanding()), 0)
  for (const replica of replicas) await replica.kill()
})
