import test from 'ava'
import fc from 'fast-check'
import { RateLimits } from '../../../../controller/gateway/admission/rate-limits.ts'
import { bucketOf, carryOver, take } from '../../../../controller/gateway/admission/token-bucket.ts'

const limit = fc.record({ requestsPerSecond: fc.double({ min: 0.01, max: 10_000, noNaN: true }), burst: fc.integer({ min: 1, max: 1000 }) })
const gapsUs = fc.array(fc.oneof(fc.constant(0), fc.nat(2_000), fc.nat(5_000_000)), { maxLength: 200 })

test('Between any two moments no more is let through than the burst and what came back meanwhile.', (t) => {
  fc.assert(
    fc.property(limit, gapsUs, (rate, gaps) => {
      const bucket = bucketOf(rate)
      const passed: number[] = []
      let nowUs = 1_000_000
      let fullAtUs = nowUs
      for (const gap of gaps) {
        nowUs += gap
        const taken = take(bucket, fullAtUs, nowUs)
        if (!taken.allowed) continue
        fullAtUs = taken.fullAtUs
        passed.push(nowUs)
      }
      const burst = bucket.capacityUs / bucket.intervalUs
      for (const [i, from] of passed.entries()) {
        const [to, count] = [passed.at(-1) ?? from, passed.length - i]
        t.true(count <= burst + Math.floor((to - from) / bucket.intervalUs) + 1)
      }
    }),
  )
})

test('It lets through exactly what a bucket with exact arithmetic does.', (t) => {
  fc.assert(
    fc.property(limit, gapsUs, (rate, gaps) => {
      const bucket = bucketOf(rate)
      const interval = BigInt(bucket.intervalUs)
      const capacity = BigInt(bucket.capacityUs)
      // Tokens counted in microseconds of refill.
      let level = capacity
      let fullAtUs = 0
      let nowUs = 0
      for (const gap of gaps) {
        nowUs += gap
        level = level + BigInt(gap) > capacity ? capacity : level + BigInt(gap)
        const taken = take(bucket, fullAtUs, nowUs)
        t.is(taken.allowed, level >= interval)
        if (taken.allowed) {
          level -= interval
          fullAtUs = taken.fullAtUs
        } else t.is(BigInt(taken.retryAfterUs), interval - level)
      }
    }),
  )
})

test('After the time it names a request passes, and a microsecond before that none does.', (t) => {
  fc.assert(
    fc.property(limit, fc.nat(100_000_000), (rate, nowUs) => {
      const bucket = bucketOf(rate)
      const fullAtUs = nowUs + bucket.capacityUs
      const refused = take(bucket, fullAtUs, nowUs)
      if (refused.allowed) return t.fail()
      t.true(take(bucket, fullAtUs, nowUs + refused.retryAfterUs).allowed)
      t.false(take(bucket, fullAtUs, nowUs + refused.retryAfterUs - 1).allowed)
    }),
  )
})

test('A change of the rate keeps the number of tokens that are missing, up to the new size.', (t) => {
  const slow = bucketOf({ requestsPerSecond: 1, burst: 10 })
  const fast = bucketOf({ requestsPerSecond: 100, burst: 4 })
  t.is(carryOver(slow, fast, 3_000_000, 0), 30_000)
  t.is(carryOver(slow, fast, 10_000_000, 0), 40_000)
  t.is(carryOver(slow, fast, 0, 5), 5)
})

test('When one of several limits refuses, nothing is taken from the others.', (t) => {
  const limits = new RateLimits()
  const wide = { id: 'key:a', limit: { requestsPerSecond: 1, burst: 2 } }
  const narrow = { id: 'deployment:d', limit: { requestsPerSecond: 1, burst: 1 } }
  t.true(limits.admit([wide, narrow], 0).admitted)
  for (let i = 0; i < 5; i++) t.like(limits.admit([wide, narrow], 0), { admitted: false, claim: narrow, retryAfterMs: 1000 })
  t.true(limits.admit([wide], 0).admitted)
  t.false(limits.admit([wide], 0).admitted)
  limits.retain(new Set(['deployment:d']))
  t.true(limits.admit([wide], 0).admitted, 'a key that is gone and comes back starts with a full bucket')
})
