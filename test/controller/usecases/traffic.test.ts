import test from 'ava'
import { TrafficFigures } from '../../../controller/usecases/traffic.ts'
import { durationBoundsMs, endings, firstByteBoundsMs, type TrafficEntry, type TrafficReport } from '../../../shared/fleet/traffic.ts'

const minute = 60_000

const entry = (over: Omit<Partial<TrafficEntry>, 'ended'> & { readonly ended?: Partial<TrafficEntry['ended']> } = {}): TrafficEntry => ({
  deployment: 'chat',
  revision: 1,
  startedUnixMs: 5,
  retried: 0,
  firstByteBuckets: firstByteBoundsMs.map(() => 0).concat(0),
  durationBuckets: durationBoundsMs.map(() => 0).concat(0),
  inFlight: 0,
  ...over,
  ended: { ...(Object.fromEntries(endings.map((ending) => [ending, 0])) as TrafficEntry['ended']), ...over.ended },
})

const report = (...entries: readonly TrafficEntry[]): TrafficReport => ({ firstByteBoundsMs, durationBoundsMs, entries })
const ok = (count: number, over: Partial<TrafficEntry> = {}) => report(entry({ ...over, ended: { ok: count } }))

const world = () => {
  let nowMs = 1_000_000
  const figures = new TrafficFigures({
    clock: { monotonicMs: () => nowMs, unixMs: () => nowMs },
    isKnown: (deployment) => deployment !== 'unknown',
    waiting: () => 4,
    tokensPerSecond: () => undefined,
  })
  const requests = (spanMs = minute, revision?: number) => figures.window({ deployment: 'chat', revision, spanMs }).requests
  return {
    figures,
    requests,
    pass: (ms: number) => {
      nowMs += ms
    },
    begin: (gateway: string) => {
      const source = figures.connect(gateway)
      source.take(report())
      return source
    },
  }
}

test('Gateways add up, each ending counts for what it is, and each revision has its own window.', (t) => {
  const { figures, begin } = world()
  const a = begin('a')
  const b = begin('b')
  a.take(report(entry({ ended: { ok: 10, clientError: 2, upstreamError: 3, cut: 1, cancelled: 5 }, retried: 7, inFlight: 2 })))
  b.take(report(entry({ revision: 2, ended: { ok: 4 }, inFlight: 1 }), entry({ revision: 0, ended: { refused429: 6, refused503: 1 } })))
  const all = figures.window({ deployment: 'chat', spanMs: minute })
  t.like(all, { requests: 32, errors: 4, refused: 7, retried: 7, inFlight: 3, waiting: 4 })
  t.like(figures.window({ deployment: 'chat', revision: 2, spanMs: minute }), { requests: 4, errors: 0, refused: 0, inFlight: 1 })
})

test('What is older than the span is in the window no longer, and after 15 minutes nowhere.', (t) => {
  const { requests, begin, pass } = world()
  const gateway = begin('a')
  gateway.take(ok(3))
  pass(30_000)
  gateway.take(ok(5))
  t.is(requests(10_000), 2)
  t.is(requests(minute), 5)
  pass(14 * minute)
  t.is(requests(minute), 0)
  t.is(requests(15 * minute), 5)
  pass(15 * minute)
  gateway.take(ok(6))
  t.is(requests(15 * minute), 1)
})

test('A gateway that restarts counts from nothing again, and no window becomes negative or counts twice.', (t) => {
  const { requests, begin, figures } = world()
  const before = begin('a')
  before.take(ok(100, { inFlight: 9 }))
  before.closed()
  t.is(figures.window({ deployment: 'chat', spanMs: minute }).inFlight, 0, 'nobody knows what a gateway out of touch does')
  const after = begin('a')
  after.take(ok(2, { startedUnixMs: 6 }))
  t.is(requests(), 102)
  after.take(ok(150, { startedUnixMs: 6 }))
  t.is(requests(), 250)
})

test('Requests in flight at a gateway that was killed are none any more once it is back.', (t) => {
  const { figures, begin } = world()
  begin('a').take(report(entry({ inFlight: 3 })))
  t.is(figures.window({ deployment: 'chat', spanMs: minute }).inFlight, 3)
  begin('a')
  t.is(figures.window({ deployment: 'chat', spanMs: minute }).inFlight, 0)
})

test('A gateway that comes back after a break counts what it did meanwhile once.', (t) => {
  const { requests, figures, begin } = world()
  const before = begin('a')
  before.take(ok(10))
  before.closed()
  const after = figures.connect('a')
  after.take(ok(15))
  after.take(ok(16))
  t.is(requests(), 16)
  before.take(ok(1_000))
  t.is(requests(), 16, 'a session that was replaced has nothing to say')
})

test('What a gateway counted before the controller first heard of it is in no window.', (t) => {
  const { requests, figures } = world()
  const gateway = figures.connect('old')
  gateway.take(ok(1_000_000))
  t.is(requests(), 0)
  gateway.take(ok(1_000_002))
  gateway.take(ok(7, { revision: 2 }))
  t.is(requests(), 9, 'a revision that it had not told of is new')
})

test('A window says what it really covers.', (t) => {
  const { figures, begin, pass } = world()
  const span = () => figures.window({ deployment: 'chat', spanMs: minute }).spanMs
  t.is(span(), 0)
  begin('a')
  pass(7_000)
  t.is(span(), 7_000)
  pass(5 * minute)
  t.true(span() >= minute && span() < minute + 5_000)
})

test('Deployments that are unknown or gone are not kept, and of many revisions only the last few.', (t) => {
  const { figures, begin, requests } = world()
  const gateway = begin('a')
  gateway.take(report(entry({ deployment: 'unknown', ended: { ok: 1 } })))
  t.deepEqual([...figures.totals().keys()], [])
  for (let revision = 1; revision <= 20; revision++) gateway.take(ok(1, { revision }))
  t.is(requests(minute, 1), 0)
  t.is(requests(minute, 20), 1)
  t.is(requests(), 8)
  figures.forgetDeployment('chat')
  t.is(requests(), 0)
})
