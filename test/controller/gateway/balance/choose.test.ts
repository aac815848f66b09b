import test from 'ava'
import fc from 'fast-check'
import { boundOfLoad, type Candidate, choose as chooseBy } from '../../../../controller/gateway/balance/choose.ts'
import {
  afterConnect,
  afterFailure,
  afterProbe,
  type EjectionPolicy,
  type FailureKind,
  type Health,
  healthy,
  isOut,
} from '../../../../controller/gateway/balance/health.ts'
import { grown } from '../../../../controller/gateway/balance/slow-start.ts'
import { correctionOf } from '../../../../controller/gateway/balance/told-load.ts'

const policy: EjectionPolicy = {
  hardBaseMs: 250,
  hardCapMs: 2_000,
  softBaseMs: 5_000,
  softCapMs: 60_000,
  softThreshold: 5,
  resetThreshold: 3,
  maxShare: 0.5,
}

const health: fc.Arbitrary<Health> = fc.oneof(
  fc.constant(healthy),
  fc.record({
    ejected: fc.constantFrom('hard' as const, 'soft' as const),
    failures: fc.nat(9),
    rests: fc.nat(5),
    untilMs: fc.nat(200),
    accepting: fc.boolean(),
  }),
)
type Plain = Pick<Candidate, 'draining' | 'maxConcurrent' | 'outstanding' | 'health'> & {
  readonly weighs?: number
  readonly extra?: number
  readonly hash?: number
}
const candidateOf = ({ weighs = 1, extra = 0, hash = 0, ...rest }: Plain): Candidate => ({
  ...rest,
  hash,
  load: () => rest.outstanding + extra,
  weight: () => weighs,
})
const choose = (
  list: readonly Plain[],
  cursor: number,
  nowMs: number,
  maxShare: number,
  eligible: (index: number) => boolean,
  affinity = 0,
) => chooseBy(list.map(candidateOf), { cursor, nowMs, maxShare, affinity }, eligible)

const candidate: fc.Arbitrary<Plain> = fc.record({
  draining: fc.boolean(),
  maxConcurrent: fc.nat(4),
  outstanding: fc.nat(4),
  extra: fc.nat(3),
  weighs: fc.integer({ min: 1, max: 9 }),
  hash: fc.nat(),
  health,
})
const candidates = fc.array(candidate, { maxLength: 8 })

const share = ({ outstanding, extra = 0, weighs = 1 }: Plain) => (outstanding + extra) / weighs
const roomy = ({ draining, maxConcurrent, outstanding }: Plain) => !draining && (maxConcurrent === 0 || outstanding < maxConcurrent)

test('Nothing is sent to a replica that drains, is full, rests hard or is not eligible.', (t) => {
  fc.assert(
    fc.property(candidates, fc.nat(20), fc.nat(200), fc.nat(255), fc.nat(2), (list, cursor, nowMs, mask, affinity) => {
      const eligible = (index: number) => ((mask >> index) & 1) === 1
      const index = choose(list, cursor, nowMs, policy.maxShare, eligible, affinity)
      if (index === -1) return t.pass()
      const chosen = list[index] ?? t.fail()
      t.true(roomy(chosen) && eligible(index))
      t.false(chosen.health.ejected === 'hard' && isOut(chosen.health, nowMs))
    }),
  )
})

test('A replica is found whenever one has room and does not rest hard, and a well one with the least load for its weight comes first.', (t) => {
  fc.assert(
    fc.property(candidates, fc.nat(20), fc.nat(200), (list, cursor, nowMs) => {
      const index = choose(list, cursor, nowMs, policy.maxShare, () => true)
      const possible = list.filter((item) => roomy(item) && !(item.health.ejected === 'hard' && isOut(item.health, nowMs)))
      t.is(index === -1, possible.length === 0)
      const well = possible.filter((item) => !isOut(item.health, nowMs))
      const chosen = list[index]
      if (well.length > 0) t.true(chosen !== undefined && share(chosen) <= Math.min(...well.map(share)) + 1e-9)
      t.is(choose(list, cursor, nowMs, policy.maxShare, () => true, 77) === -1, possible.length === 0, 'a prefix changes nothing of that')
    }),
  )
})

test('At most the allowed share of the replicas rests softly at a time.', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 0, max: 10 }), (size, bad) => {
      const resting = (i: number): Health => ({ ejected: 'soft', failures: 5 + i, rests: 1, untilMs: 100, accepting: false })
      const list = Array.from({ length: size }, (_, i) => ({
        draining: false,
        maxConcurrent: 1,
        outstanding: 0,
        health: i < bad ? resting(i) : healthy,
      }))
      const used = new Set<number>()
      for (;;) {
        const spared = list.map((item, i) => (used.has(i) ? { ...item, outstanding: 1 } : item))
        const index = choose(spared, 0, 0, policy.maxShare, () => true)
        if (index === -1) break
        used.add(index)
      }
      t.is(used.size, size, 'in the end even the worst serves rather than nobody')
      const first = choose(list, 0, 0, policy.maxShare, () => true)
      t.true(first >= bad || first === 0, 'the least bad is the first to be spared')
    }),
  )
})

test('Ties go in turn, so that equal replicas get equal shares.', (t) => {
  const list = Array.from({ length: 5 }, () => ({ draining: false, maxConcurrent: 0, outstanding: 0, health: healthy }))
  const order: number[] = []
  for (let cursor = 0; order.length < 10; cursor = (order.at(-1) ?? 0) + 1) order.push(choose(list, cursor, 0, 0.5, () => true))
  t.deepEqual(order, [0, 1, 2, 3, 4, 0, 1, 2, 3, 4])
})

test('Under load replicas have requests in the proportion of their weights, give or take one.', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 30 }),
      (weights, times) => {
        const total = weights.reduce((sum, weight) => sum + weight, 0)
        const outstanding = weights.map(() => 0)
        let cursor = 0
        for (let i = 0; i < total * times; i++) {
          const list = weights.map((weighs, at) => ({
            ...{ draining: false, maxConcurrent: 0, health: healthy },
            ...{ outstanding: outstanding[at] ?? 0, weighs },
          }))
          const index = choose(list, cursor, 0, 0.5, () => true)
          outstanding[index] = (outstanding[index] ?? 0) + 1
          cursor = (index + 1) % weights.length
        }
        t.deepEqual(
          outstanding,
          weights.map((weight) => weight * times),
        )
      },
    ),
  )
})

const crowd = fc.array(fc.record({ outstanding: fc.nat(12), hash: fc.integer(), weighs: fc.integer({ min: 1, max: 3 }) }), {
  minLength: 1,
  maxLength: 8,
})
const living = { draining: false, maxConcurrent: 0, health: healthy }

test('A prefix never makes a replica busier than a quarter above its share of all requests, rounded up.', (t) => {
  fc.assert(
    fc.property(crowd, fc.integer({ min: 1 }), (some, affinity) => {
      const list = some.map((one) => ({ ...living, ...one }))
      const index = choose(list, 0, 0, 0.5, () => true, affinity)
      const chosen = list[index] ?? t.fail()
      const loads = list.reduce((sum, { outstanding }) => sum + outstanding, 1)
      const weights = list.reduce((sum, { weighs }) => sum + weighs, 0)
      t.true(chosen.outstanding + 1 <= Math.ceil((boundOfLoad * loads * chosen.weighs) / weights))
    }),
  )
})

test('A prefix stays where it is while others come and go, and prefixes spread over replicas by weight.', (t) => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer(), { minLength: 2, maxLength: 8 }),
      fc.integer({ min: 1 }),
      fc.nat(),
      (hashes, affinity, which) => {
        const list = hashes.map((hash) => ({ ...living, outstanding: 0, hash }))
        const home = hashes[choose(list, 0, 0, 0.5, () => true, affinity)]
        const gone = which % hashes.length
        const left = list.filter((_, index) => index !== gone)
        const now = left[choose(left, 3, 0, 0.5, () => true, affinity)]?.hash
        if (hashes[gone] !== home) t.is(now, home)
      },
    ),
  )
  const list = [1, 2, 3].map((weighs) => ({ ...living, outstanding: 0, hash: weighs * 7_919, weighs }))
  const got = [0, 0, 0]
  for (let affinity = 1; affinity <= 6_000; affinity++) {
    const index = choose(list, 0, 0, 0.5, () => true, affinity)
    got[index] = (got[index] ?? 0) + 1
  }
  t.true(Math.abs((got[0] ?? 0) - 1_000) < 150 && Math.abs((got[1] ?? 0) - 2_000) < 150, `${got}`)
})

test('A new replica grows from a tenth of its weight to all of it, and never stops.', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60_000 }), fc.nat(100_000), fc.nat(100_000), (forMs, a, b) => {
      const [early, late] = [Math.min(a, b), Math.max(a, b)]
      const at = (ageMs: number) => grown({ sinceMs: 500, forMs }, 500 + ageMs)
      t.true(at(early) <= at(late) && at(early) >= 0.1 && at(late) <= 1)
      t.is(at(forMs), 1)
    }),
  )
})

test('What an engine tells corrects the count by others and by what waits, never by requests of this gateway, and only for a while.', (t) => {
  const told = { replicaId: 'r', kvCacheRatio: undefined, ageMs: 2_000 }
  fc.assert(
    fc.property(fc.nat(50), fc.nat(50), (mine, most) => {
      const alone = correctionOf({ ...told, running: Math.min(mine, most), waiting: 0 }, most, 1_000)
      t.is(alone.extra, 0)
      t.is(correctionOf({ ...told, running: most + mine, waiting: 0 }, most, 1_000).extra, mine)
      t.is(correctionOf({ ...told, running: 0, waiting: mine }, mine + most, 1_000).extra, mine)
    }),
  )
  t.is(correctionOf({ ...told, running: 0, waiting: 0 }, 0, 1_000).untilMs, 11_000)
  const room = (kvCacheRatio: number) => correctionOf({ ...told, running: 0, waiting: 0, kvCacheRatio }, 0, 0).room
  t.deepEqual([room(0.5), room(0.8), room(1)], [1, 1, 0.1])
  t.true(Math.abs(room(0.9) - 0.5) < 1e-9)
})

const kinds: FailureKind[] = ['connect', 'unready', 'reset', 'timeout', 'status']

test('A rest never lasts longer than its cap, whatever happens, and one answer ends it.', (t) => {
  const event = fc.record({ what: fc.constantFrom(...kinds, 'probe' as const, 'connected' as const), gapMs: fc.nat(3_000) })
  fc.assert(
    fc.property(fc.array(event, { maxLength: 100 }), (events) => {
      let state = healthy
      let nowMs = 0
      for (const { what, gapMs } of events) {
        nowMs += gapMs
        if (what === 'connected') state = afterConnect(state)
        else if (what !== 'probe') state = afterFailure(state, what, nowMs, policy)
        else if (state.ejected !== 'no' && !isOut(state, nowMs)) state = afterProbe(state, nowMs, policy)
        const capMs = state.ejected === 'hard' ? policy.hardCapMs : policy.softCapMs
        t.true(state.ejected === 'no' || state.untilMs - nowMs <= capMs)
      }
    }),
  )
})

test('A refused connection is believed at once; what could be an accident only when it repeats.', (t) => {
  const fails = (kind: FailureKind, times: number) =>
    Array.from({ length: times }).reduce<Health>((state) => afterFailure(state, kind, 0, policy), healthy)
  t.is(fails('connect', 1).ejected, 'hard')
  t.is(fails('unready', 1).ejected, 'hard')
  t.deepEqual([fails('reset', 2).ejected, fails('reset', 3).ejected], ['no', 'hard'])
  t.deepEqual([fails('timeout', 4).ejected, fails('timeout', 5).ejected], ['no', 'soft'])
  t.is(fails('connect', 500).untilMs, 250, 'failures of requests that were already there do not prolong the rest')
})

test('A replica that took a connection and refused nothing for an interval is well again.', (t) => {
  const down = afterFailure(healthy, 'connect', 0, policy)
  const probed = afterConnect(afterProbe(down, 250, policy))
  t.true(isOut(probed, 400))
  t.is(afterProbe(probed, 500, policy), healthy)
  t.not(afterProbe(afterFailure(probed, 'unready', 300, policy), 1_000, policy), healthy)
})
