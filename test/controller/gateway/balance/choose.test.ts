import test from 'ava'
import fc from 'fast-check'
import { type Candidate, choose } from '../../../../controller/gateway/balance/choose.ts'
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
const candidate: fc.Arbitrary<Candidate> = fc.record({ draining: fc.boolean(), maxConcurrent: fc.nat(4), outstanding: fc.nat(4), health })
const candidates = fc.array(candidate, { maxLength: 8 })

const roomy = ({ draining, maxConcurrent, outstanding }: Candidate) => !draining && (maxConcurrent === 0 || outstanding < maxConcurrent)

test('Nothing is sent to a replica that drains, is full, rests hard or is not eligible.', (t) => {
  fc.assert(
    fc.property(candidates, fc.nat(20), fc.nat(200), fc.nat(255), (list, cursor, nowMs, mask) => {
      const eligible = (index: number) => ((mask >> index) & 1) === 1
      const index = choose(list, cursor, nowMs, policy.maxShare, eligible)
      if (index === -1) return t.pass()
      const chosen = list[index] ?? t.fail()
      t.true(roomy(chosen) && eligible(index))
      t.false(chosen.health.ejected === 'hard' && isOut(chosen.health, nowMs))
    }),
  )
})

test('A replica is found whenever one has room and does not rest hard, and a well one with the least outstanding comes first.', (t) => {
  fc.assert(
    fc.property(candidates, fc.nat(20), fc.nat(200), (list, cursor, nowMs) => {
      const index = choose(list, cursor, nowMs, policy.maxShare, () => true)
      const possible = list.filter((item) => roomy(item) && !(item.health.ejected === 'hard' && isOut(item.health, nowMs)))
      t.is(index === -1, possible.length === 0)
      const well = possible.filter((item) => !isOut(item.health, nowMs))
      if (well.length > 0) t.true((list[index]?.outstanding ?? 99) <= Math.min(...well.map(({ outstanding }) => outstanding)))
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
