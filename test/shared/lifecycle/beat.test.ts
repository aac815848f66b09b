import test from 'ava'
import fc from 'fast-check'
import { untilBeat } from '../../../shared/lifecycle/beat.ts'

const ms = (max: number) => fc.double({ min: 0, max, noNaN: true })

test('every wait ends on a beat, and is never much shorter or longer than the period', (t) => {
  fc.assert(
    fc.property(ms(1e9), ms(100_000), fc.double({ min: 0, max: 1, noNaN: true }), (nowMs, more, share) => {
      const periodMs = 100 + more
      const phaseMs = share * periodMs
      const waitMs = untilBeat(nowMs, periodMs, phaseMs)
      t.true(waitMs >= periodMs / 4 && waitMs <= periodMs * 1.25)
      const beats = (nowMs + waitMs - phaseMs) / periodMs
      t.true(Math.abs(beats - Math.round(beats)) < 1e-3)
    }),
  )
})

test('a timer that ends a little early makes no second beat, and one that ends late makes the next no later', (t) => {
  t.is(untilBeat(10_000, 5_000), 5_000)
  t.is(untilBeat(9_999.5, 5_000), 5_000.5)
  t.is(untilBeat(11_000, 5_000), 4_000)
  t.is(untilBeat(11_000, 5_000, 2_500), 1_500)
})
