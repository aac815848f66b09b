import test from 'ava'
import fc from 'fast-check'
import { describeDuration, formatDuration, parseDurationMs } from '../../../shared/units/duration.ts'

test('durations are read with their units', (t) => {
  t.is(parseDurationMs('500ms'), 500)
  t.is(parseDurationMs('30s'), 30_000)
  t.is(parseDurationMs('1h30m'), 5_400_000)
  t.is(parseDurationMs('1.5h'), 5_400_000)
  t.is(parseDurationMs('2d'), 172_800_000)
  t.is(parseDurationMs('0'), 0)
})

test('what is no duration is refused', (t) => {
  for (const text of ['', '5', '-5s', '5 s', '5x', 's', '5s3m', '1m1m', '1e3s', '0.0001ms', '5S', `${'9'.repeat(30)}d`])
    t.is(parseDurationMs(text), undefined, text)
})

test('every whole number of milliseconds survives being written and read', (t) => {
  fc.assert(fc.property(fc.nat({ max: 10 ** 12 }), (ms) => parseDurationMs(formatDuration(ms)) === ms))
  t.is(formatDuration(5_400_000), '1h30m')
  t.is(formatDuration(0), '0s')
})

test('no text makes the reader throw or return a negative or broken number', (t) => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9.]{0,4}(ms|s|m|h|d)?[0-9.]{0,3}(ms|s|m)?$/)), (text) => {
      const ms = parseDurationMs(text)
      return ms === undefined || (Number.isSafeInteger(ms) && ms >= 0)
    }),
  )
  t.pass()
})

test('people read at most two units', (t) => {
  t.is(describeDuration(42_300), '42 s')
  t.is(describeDuration(185_000), '3 min 5 s')
  t.is(describeDuration(7_800_000), '2 h 10 min')
})
