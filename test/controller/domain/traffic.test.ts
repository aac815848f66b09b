import test from 'ava'
import fc from 'fast-check'
import { growth, quantileOf, rebucket, rowLength } from '../../../controller/domain/traffic.ts'
import { bucketOf } from '../../../shared/fleet/traffic.ts'

const sum = (counts: ArrayLike<number>): number => Array.from(counts).reduce((total, count) => total + count, 0)
const counts = (length: number) => fc.array(fc.nat(1_000), { minLength: length, maxLength: length })
const ascending = fc
  .uniqueArray(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 20 })
  .map((bounds) => bounds.sort((a, b) => a - b))

test('A quantile lies in the bucket of the observation that has this rank.', (t) => {
  const property = fc.property(
    ascending,
    fc.array(fc.integer({ min: 0, max: 12_000 }), { minLength: 1, maxLength: 50 }),
    fc.double({ min: 0.01, max: 1, noNaN: true }),
    (bounds, values, quantile) => {
      const buckets = Array.from(
        { length: bounds.length + 1 },
        (_, place) => values.filter((value) => bucketOf(bounds, value) === place).length,
      )
      const sorted = values.toSorted((a, b) => a - b)
      const exact = sorted[Math.ceil(quantile * values.length - 1e-9) - 1] ?? 0
      const place = bucketOf(bounds, exact)
      const found = quantileOf(bounds, buckets, quantile) ?? Number.NaN
      const upper = bounds[Math.min(place, bounds.length - 1)] ?? 0
      const lower = place >= bounds.length ? upper : (bounds[place - 1] ?? 0)
      return found >= lower - 1e-6 && found <= upper + 1e-6
    },
  )
  t.notThrows(() => fc.assert(property, { numRuns: 300 }))
  t.is(quantileOf([1, 2], [0, 0, 0], 0.5), undefined)
})

test('Growth is never negative, and adds up to what was counted whether or not the counters began anew.', (t) => {
  const property = fc.property(counts(rowLength), counts(rowLength), fc.boolean(), (before, more, restarted) => {
    const now = restarted ? more : before.map((count, place) => count + (more[place] ?? 0))
    const grown = growth(now, before)
    const wentBack = now.some((count, place) => count < (before[place] ?? 0))
    return Array.from(grown).every((count) => count >= 0) && (restarted && !wentBack ? true : sum(grown) === sum(more))
  })
  t.notThrows(() => fc.assert(property, { numRuns: 200 }))
})

test('Buckets with the bounds of another version lose no observation and make none faster.', (t) => {
  const property = fc.property(
    ascending.chain((theirs) => fc.tuple(fc.constant(theirs), counts(theirs.length + 1))),
    ascending,
    ([theirs, buckets], ours) => {
      const taken = rebucket(buckets, theirs, ours)
      const slowerThan = (bounds: readonly number[], row: readonly number[], ms: number) =>
        sum(row.filter((_, place) => (bounds[place] ?? Number.POSITIVE_INFINITY) > ms))
      return sum(taken) === sum(buckets) && ours.every((bound) => slowerThan(ours, taken, bound) >= slowerThan(theirs, buckets, bound))
    },
  )
  t.notThrows(() => fc.assert(property, { numRuns: 200 }))
  t.deepEqual(rebucket([1, 2, 3], [10, 20], [10, 20]), [1, 2, 3])
})
