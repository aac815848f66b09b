import test from 'ava'
import type { Gateway } from '../../../../controller/gateway/gateway.ts'
import { type Told, TrafficCounters } from '../../../../controller/gateway/observe/traffic.ts'
import type { TrafficEntry } from '../../../../shared/fleet/traffic.ts'
import { endpoint, gatewayWith, post, route, snapshot, startUpstream, until } from '../parts.ts'

const entries = (gateway: Pick<Gateway, 'traffic'>, told: Told = new Map()): readonly TrafficEntry[] => gateway.traffic(told)?.entries ?? []
const of = (revision: number, from: readonly TrafficEntry[]) => from.find((entry) => entry.revision === revision)
const sum = (counts: readonly number[] = []) => counts.reduce((total, count) => total + count, 0)

test('Each request ends in one way, at the revision that it was sent to last.', async (t) => {
  const begun = Promise.withResolvers<void>()
  await using upstream = await startUpstream(async (_request, response, body) => {
    const { status } = JSON.parse(body.toString())
    if (status === 'cut') {
      response.write('begun')
      await begun.promise
      response.socket?.destroy()
      return
    }
    response.writeHead(status)
    response.end('answer')
  })
  await using gateway = await gatewayWith(snapshot(1, [route([endpoint('r1', upstream.origin, { revision: 3 })])]))
  for (const status of [200, 200, 404, 429, 500]) t.is((await post(gateway, { model: 'm', status })).status, status)
  const cut = await post(gateway, { model: 'm', status: 'cut' })
  begun.resolve()
  await t.throwsAsync(() => cut.text())
  const left = new AbortController()
  upstream.server.removeAllListeners('request')
  const leaving = post(gateway, { model: 'm', status: 200 }, { signal: left.signal })
  await until('it to be in flight', () => of(3, entries(gateway))?.inFlight === 1)
  left.abort()
  await t.throwsAsync(leaving)
  await until('all to have ended', () => of(3, entries(gateway))?.ended.cancelled === 1)
  const entry = of(3, entries(gateway))
  t.like(entry?.ended, { ok: 2, clientError: 2, upstreamError: 1, cut: 1, refused429: 0, refused503: 0, cancelled: 1 })
  t.is(entry?.inFlight, 0)
  t.is(sum(entry?.firstByteBuckets), 3, 'answers below 400 that began')
  t.is(sum(entry?.durationBuckets), 2, 'answers that ended well')
})

test('What the gateway turns away itself is no error of any revision, and a failed attempt is told where it failed.', async (t) => {
  await using upstream = await startUpstream()
  await using dead = await startUpstream()
  await dead.kill()
  const routes = [
    route([endpoint('new', dead.origin, { revision: 2 }), endpoint('old', upstream.origin)]),
    route([endpoint('none', dead.origin)], { deployment: 'gone', models: ['g'], holdMs: 20 }),
    route([endpoint('r', upstream.origin)], { deployment: 'few', models: ['f'], rateLimit: { requestsPerSecond: 0.001, burst: 1 } }),
  ]
  await using gateway = await gatewayWith(snapshot(1, routes))
  t.is((await post(gateway)).status, 200)
  t.is((await post(gateway)).status, 200)
  t.is((await post(gateway, { model: 'g' })).status, 503)
  t.is((await post(gateway, { model: 'f' })).status, 200)
  t.is((await post(gateway, { model: 'f' })).status, 429)
  await until('the counts', () => entries(gateway).some(({ ended }) => ended.refused429 === 1))
  const chat = entries(gateway).filter(({ deployment }) => deployment === 'chat')
  t.is(of(2, chat)?.retried, 1)
  t.is(sum(Object.values(of(2, chat)?.ended ?? {})), 0)
  t.is(of(1, chat)?.ended.ok, 2)
  const few = entries(gateway).filter(({ deployment }) => deployment === 'few')
  t.is(of(0, few)?.ended.refused429, 1)
  const gone = entries(gateway).filter(({ deployment }) => deployment === 'gone')
  t.is(sum(gone.map(({ ended }) => ended.refused503)), 1)
})

test('A report holds only what changed, and what left the membership is forgotten once it was told.', (t) => {
  const counters = new TrafficCounters(() => 77)
  const told: Told = new Map()
  const endpoints = [endpoint('a', 'http://127.0.0.1:1'), endpoint('b', 'http://127.0.0.1:2', { revision: 2 })]
  counters.use(snapshot(1, [route(endpoints)]))
  t.is(counters.report(told), undefined)
  counters.of('chat', 1).end('ok', 5)
  counters.of('chat', 2).begin()
  t.deepEqual(
    counters.report(told)?.entries.map(({ revision, startedUnixMs }) => [revision, startedUnixMs]),
    [
      [1, 77],
      [2, 77],
    ],
  )
  t.is(counters.report(told), undefined)
  counters.of('chat', 1).end('ok', 5)
  t.deepEqual(
    counters.report(told)?.entries.map(({ revision }) => revision),
    [1],
  )
  counters.use(snapshot(2, []))
  counters.report(told)
  t.deepEqual(
    counters.report(new Map())?.entries.map(({ revision }) => revision),
    [2],
    'what is still in flight stays',
  )
  counters.of('chat', 2).leave()
  t.is(counters.report(told)?.entries[0]?.inFlight, 0)
  counters.report(told)
  t.is(counters.report(new Map()), undefined)
})
