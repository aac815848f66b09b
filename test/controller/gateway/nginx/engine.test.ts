import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from 'node:tls'
import test from 'ava'
import type { Endpoint, Snapshot } from '../../../../shared/fleet/membership.ts'
import { labTest } from '../../../lab/requires.ts'
import { makeCertificate, type TestCertificate } from '../../../support/certificate.ts'
import { scratchDirectory } from '../../../support/scratch.ts'
import { type Answer, endpoint, route, snapshot, startUpstream, total, type Upstream, until } from '../parts.ts'
import { startTestNginx, type TestNginx } from './nginx.ts'

const nginxTest = labTest(test, { programs: ['nginx', 'setpriv'] })

const ask = (nginx: TestNginx, body = '{}', path = '/v1/completions', init: RequestInit = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${nginx.port}${path}`, { method: 'POST', body, ...init })

const inUse = (nginx: TestNginx, version: number) => until(`version ${version}`, () => nginx.engine.version === version, 60_000)

const apply = async (nginx: TestNginx, value: Snapshot): Promise<void> => {
  nginx.engine.apply(value)
  await inUse(nginx, value.version)
}

const reloads = (nginx: TestNginx, result: string): number =>
  Number(new RegExp(`nginx_reloads_total\\{result="${result}"\\} (\\d+)`).exec(nginx.engine.metrics())?.[1] ?? 0)

/** Replicas that ask for their own keys. */
const replica = (id: string, upstream: Upstream, over: Partial<Endpoint> = {}) =>
  endpoint(id, upstream.origin, { apiKey: `key-of-${id}`, ...over })

nginxTest('Each replica gets its own key, the client learns which it was, and every deployment has a path.', async (t) => {
  await using a = await startUpstream()
  await using b = await startUpstream()
  await using nginx = await startTestNginx()
  const status = async (path: string) => (await fetch(`http://127.0.0.1:${nginx.port}${path}`)).status
  t.deepEqual([await status('/healthz'), await status('/readyz')], [200, 503])
  await apply(nginx, snapshot(1, [route([replica('r1', a), replica('r2', b)])]))
  t.is(await status('/readyz'), 200)
  const answers = await Promise.all(
    [1, 2, 3, 4].map(() => ask(nginx, '{"model":"m"}', '/v1/completions', { headers: { 'x-api-key': 'c', authorization: 'Bearer c' } })),
  )
  t.deepEqual(answers.map(({ headers }) => headers.get('x-hostler-replica')).toSorted(), ['r1', 'r1', 'r2', 'r2'])
  for (const [id, { requests }] of Object.entries({ r1: a, r2: b }))
    for (const { request, body } of requests) {
      t.is(request.headers.authorization, `Bearer key-of-${id}`)
      t.is(request.headers['x-api-key'], undefined)
      t.is(body.toString(), '{"model":"m"}')
    }
  t.is((await ask(nginx, '{}', '/chat/v1/completions')).status, 200)
  await apply(nginx, snapshot(2, [route([replica('r1', a)]), route([replica('r2', b)], { deployment: 'embed', models: ['e'] })]))
  t.is((await ask(nginx, '{}', '/chat/v1/completions')).headers.get('x-hostler-replica'), 'r1')
  t.is((await ask(nginx, '{}', '/embed/v1/embeddings')).headers.get('x-hostler-replica'), 'r2')
  t.is((await ask(nginx)).status, 404)
})

nginxTest('Under load, replicas that come, drain, go, die and return fail no request.', async (t) => {
  const answer: Answer = async (_request, response) => {
    await new Promise((resolve) => setTimeout(resolve, 20))
    response.end('ok')
  }
  const engines = await Promise.all([1, 2, 3].map(() => startUpstream(answer)))
  const member = (index: number, draining = false) => replica(`r${index}`, engines[index] as Upstream, { draining })
  await using nginx = await startTestNginx()
  await apply(nginx, snapshot(1, [route([member(0), member(1)])]))
  const failures: string[] = []
  let done = 0
  let stop = false
  // Without kept connections: one that is idle is closed by a reload, and fetch sends no POST a second time when it meets that.
  const client = async () => {
    while (!stop) {
      const ended = await ask(nginx, '{"prompt":"hello"}', '/v1/completions', { headers: { connection: 'close' } }).then(
        async (response) => `${response.status} ${await response.text()}`,
        (error: Error) => `${error.message} ${(error.cause as Error | undefined)?.message}`,
      )
      if (ended !== '200 ok') failures.push(ended)
      done++
    }
  }
  const clients = Array.from({ length: 8 }, client)
  const moreLoad = async () => {
    const before = done
    await until('more load', () => done > before + 40)
  }
  await moreLoad()
  // Comes, drains and goes as a controller has it: stopped once nothing is outstanding under the version that drains it.
  await apply(nginx, snapshot(2, [route([member(0), member(1), member(2)])]))
  await moreLoad()
  await apply(nginx, snapshot(3, [route([member(0, true), member(1), member(2)])]))
  await until('the drain to be over', () => (nginx.engine.outstanding().get('r0') ?? 0) === 0)
  const seen = engines[0]?.requests.length
  await engines[0]?.kill()
  await moreLoad()
  t.is(engines[0]?.requests.length, seen, 'nothing came after its drain')
  await apply(nginx, snapshot(4, [route([member(1), member(2)])]))
  await moreLoad()
  // Dies with requests in flight, and nobody said so.
  await until('it to have work', () => (nginx.engine.outstanding().get('r1') ?? 0) > 0)
  await engines[1]?.kill()
  await moreLoad()
  await apply(nginx, snapshot(5, [route([member(2)])]))
  await moreLoad()
  await using reborn = await startUpstream(answer)
  await apply(nginx, snapshot(6, [route([replica('r3', reborn), member(2)])]))
  await until('the new one to be asked', () => reborn.requests.length > 10)
  stop = true
  await Promise.all(clients)
  await engines[2]?.kill()
  t.deepEqual(failures, [])
})

nginxTest('A draining replica counts as busy until its last stream ends, whatever happens meanwhile, and gets nothing new.', async (t) => {
  const held: (() => void)[] = []
  const stream: Answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: first\n\n')
    held.push(() => response.end('data: last\n\n'))
  }
  await using a = await startUpstream(stream)
  await using b = await startUpstream()
  await using nginx = await startTestNginx()
  await apply(nginx, snapshot(1, [route([replica('r1', a)])]))
  const reader = (await ask(nginx)).body?.getReader()
  t.is(new TextDecoder().decode((await reader?.read())?.value), 'data: first\n\n')
  t.deepEqual([...nginx.engine.outstanding()], [['r1', 1]])
  t.false(nginx.engine.anyDraining)
  await apply(nginx, snapshot(2, [route([replica('r1', a, { draining: true }), replica('r2', b)])]))
  t.true(nginx.engine.anyDraining)
  t.is(nginx.engine.outstanding().get('r1'), 1)
  // Another reload between: its worker is two generations old now.
  await apply(
    nginx,
    snapshot(3, [
      route([replica('r1', a, { draining: true }), replica('r2', b)], { maxQueue: 7, rateLimit: { requestsPerSecond: 1000, burst: 1000 } }),
    ]),
  )
  for (let i = 0; i < 10; i++) t.is((await ask(nginx)).headers.get('x-hostler-replica'), 'r2')
  t.is(nginx.engine.outstanding().get('r1'), 1)
  for (const end of held) end()
  t.is(new TextDecoder().decode((await reader?.read())?.value), 'data: last\n\n')
  await until('the drain to be over', () => nginx.engine.outstanding().get('r1') === 0)
  await until('old workers to be gone', async () => (await nginx.processes()).every(({ title }) => !title.includes('shutting down')))
  await apply(nginx, snapshot(4, [route([replica('r2', b)])]))
  t.deepEqual([...nginx.engine.outstanding()], [['r2', 0]])
  t.false(nginx.engine.anyDraining)
})

nginxTest('A client that leaves ends its request at the replica.', async (t) => {
  await using a = await startUpstream((_request, response) => void response.write('begun'))
  await using nginx = await startTestNginx()
  await apply(nginx, snapshot(1, [route([replica('r1', a)])]))
  const leaving = new AbortController()
  const answer = await ask(nginx, '{}', '/v1/completions', { signal: leaving.signal })
  t.is(answer.status, 200)
  leaving.abort()
  await until('the replica to be told', () => a.requests[0]?.request.socket.destroyed === true)
  await until('nothing to be outstanding', () => total(nginx.engine.outstanding()) === 0)
  t.pass()
})

nginxTest('A membership that NGINX refuses changes nothing, is told, and the next one is used.', async (t) => {
  await using a = await startUpstream()
  await using nginx = await startTestNginx()
  await apply(nginx, snapshot(1, [route([replica('r1', a)])]))
  nginx.engine.apply(snapshot(2, [route([replica('r1', a, { maxConcurrent: 1e21 })])]))
  await until('it to be refused', () => reloads(nginx, 'refused') === 1)
  t.is(nginx.engine.version, 1)
  t.is((await ask(nginx)).status, 200)
  nginx.engine.apply(snapshot(3, [route([replica('r1', a, { apiKey: 'with "quotes"; and more' })])]))
  await until('that to be refused as well', () => reloads(nginx, 'refused') === 2)
  t.is((await ask(nginx)).status, 200)
  await apply(nginx, snapshot(4, [route([replica('r1', a, { maxConcurrent: 4 })])]))
  t.is((await ask(nginx)).status, 200)
})

nginxTest('Memberships that come faster than NGINX reloads are not all applied, and the newest one is.', async (t) => {
  await using a = await startUpstream()
  await using nginx = await startTestNginx({}, 200)
  for (let version = 1; version <= 50; version++) nginx.engine.apply(snapshot(version, [route([replica(`r${version}`, a)])]))
  await inUse(nginx, 50)
  t.true(reloads(nginx, 'reloaded') <= 2)
  t.is((await ask(nginx)).headers.get('x-hostler-replica'), 'r50')
  await apply(nginx, snapshot(51, [route([replica('r50', a)])], []))
  t.is(reloads(nginx, 'unchanged'), 1, 'what NGINX does not see needs no reload')
})

nginxTest('An NGINX whose master is killed is started again, with nothing of the old one left.', async (t) => {
  await using a = await startUpstream()
  await using nginx = await startTestNginx()
  await apply(nginx, snapshot(1, [route([replica('r1', a)])]))
  const before = await nginx.processes()
  const master = before.find(({ title }) => title.includes('master'))
  if (!master) return t.fail('there is no master')
  process.kill(master.pid, 'SIGKILL')
  await until('all of the old one to be gone', async () => {
    const pids = (await nginx.processes()).map(({ pid }) => pid)
    return pids.length > 0 && before.every(({ pid }) => !pids.includes(pid))
  })
  await until('the new one to answer', () =>
    ask(nginx).then(
      ({ status }) => status === 200,
      () => false,
    ),
  )
  await apply(nginx, snapshot(2, [route([replica('r2', a)])]))
  t.is((await ask(nginx)).headers.get('x-hostler-replica'), 'r2')
  await nginx.engine.drain(1_000)
  t.deepEqual(await nginx.processes(), [])
})

nginxTest('A drain lets streams end by themselves.', async (t) => {
  const end = Promise.withResolvers<void>()
  await using a = await startUpstream(async (_request, response) => {
    response.write('begun ')
    await end.promise
    response.end('ended')
  })
  await using nginx = await startTestNginx()
  await apply(nginx, snapshot(1, [route([replica('r1', a)])]))
  const answer = await ask(nginx)
  const drained = nginx.engine.drain(30_000)
  await until('nobody to be let in', () =>
    ask(nginx).then(
      () => false,
      () => true,
    ),
  )
  end.resolve()
  t.is(await answer.text(), 'begun ended')
  await drained
  t.deepEqual(await nginx.processes(), [])
})

nginxTest('With certificate files NGINX speaks TLS, and takes a renewed one without a membership.', async (t) => {
  await using a = await startUpstream()
  await using directory = await scratchDirectory()
  const files = { cert: join(directory.path, 'tls.crt'), key: join(directory.path, 'tls.key') }
  const put = async ({ certPem, keyPem }: TestCertificate) => {
    await writeFile(files.key, keyPem)
    await writeFile(files.cert, certPem)
  }
  await put(await makeCertificate('first'))
  await using nginx = await startTestNginx({ tls: { ...files, checkMs: 100 } })
  await apply(nginx, snapshot(1, [route([replica('r1', a)])]))
  const shown = async () => {
    const socket = connect({ host: '127.0.0.1', port: nginx.port, rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    const { CN } = socket.getPeerCertificate().subject
    socket.destroy()
    return CN
  }
  t.is(await shown(), 'first')
  await put(await makeCertificate('second'))
  await until('the new one to be shown', async () => (await shown()) === 'second')
  t.is(nginx.engine.version, 1)
})
