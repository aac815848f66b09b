import test from 'ava'
import { steadyClock } from '../../../shared/clock/steady.ts'

test('a wall clock that is set is followed slowly, and never back', (t) => {
  let nowMs = 0
  let offsetMs = 1_000_000
  const steady = steadyClock({ monotonicMs: () => nowMs, unixMs: () => nowMs + offsetMs })
  const after = (ms: number): number => {
    nowMs += ms
    return steady.unixMs()
  }
  t.is(after(10_000), 1_010_000)
  offsetMs += 3_600_000
  t.is(after(0), 1_010_000, 'an hour forward at once passes no deadline')
  t.is(after(10_000), 1_020_500)
  t.is(after(72 * 3_600_000), nowMs + offsetMs, 'in the end both show the same')
  offsetMs -= 3_600_000
  const before = steady.unixMs()
  t.is(after(10_000), before + 9_500, 'after an hour back it goes on')
})
