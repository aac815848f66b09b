import test from 'ava'
import fc from 'fast-check'
import cron from 'node-cron'
import { holdsAt } from '../../../../controller/domain/scale/bounds.ts'
import { lastMomentOf, parseCron, timeZoneProblem } from '../../../../controller/domain/scale/cron.ts'

const lastOf = (expression: string, timeZone: string, now: string): string | undefined => {
  const parsed = parseCron(expression)
  if (!parsed.ok) throw new Error(parsed.problem)
  const ms = lastMomentOf(parsed.cron, timeZone, Date.parse(now))
  return ms === undefined ? undefined : new Date(ms).toISOString()
}

const problemOf = (expression: string): string => {
  const parsed = parseCron(expression)
  return parsed.ok ? '' : parsed.problem
}

test('the latest moment is found on the clocks of the zone', (t) => {
  t.is(lastOf('0 8 * * 1-5', 'Asia/Shanghai', '2026-06-03T02:00:00Z'), '2026-06-03T00:00:00.000Z')
  // Monday before eight: the last one was on Friday.
  t.is(lastOf('0 8 * * 1-5', 'Asia/Shanghai', '2026-06-07T23:59:00Z'), '2026-06-05T00:00:00.000Z')
  t.is(lastOf('*/15 * * * *', 'UTC', '2026-06-03T10:44:59Z'), '2026-06-03T10:30:00.000Z')
  t.is(lastOf('@daily', 'America/New_York', '2026-01-10T12:00:00Z'), '2026-01-10T05:00:00.000Z')
  t.is(lastOf('0 0 29 2 *', 'UTC', '2027-06-01T00:00:00Z'), '2024-02-29T00:00:00.000Z')
  t.is(lastOf('0 12 * * 7', 'UTC', '2026-06-08T00:00:00Z'), '2026-06-07T12:00:00.000Z')
})

test('a moment that is now counts', (t) => {
  t.is(lastOf('30 9 * * *', 'UTC', '2026-06-03T09:30:00Z'), '2026-06-03T09:30:00.000Z')
})

test('a time that clocks skip in spring is not left out', (t) => {
  // Berlin goes from 02:00 to 03:00 on 29 March 2026, at 01:00 UTC.
  t.is(lastOf('30 2 * * *', 'Europe/Berlin', '2026-03-29T12:00:00Z'), '2026-03-29T01:30:00.000Z')
  t.is(lastOf('30 2 * * *', 'Europe/Berlin', '2026-03-29T01:29:00Z'), '2026-03-28T01:30:00.000Z')
})

test('a time that clocks show twice in autumn counts the first time', (t) => {
  // Berlin goes from 03:00 back to 02:00 on 25 October 2026, at 01:00 UTC.
  t.is(lastOf('30 2 * * *', 'Europe/Berlin', '2026-10-25T00:29:00Z'), '2026-10-24T00:30:00.000Z')
  t.is(lastOf('30 2 * * *', 'Europe/Berlin', '2026-10-25T02:00:00Z'), '2026-10-25T00:30:00.000Z')
})

test('a window of the wall clock begins and ends at its times in summer and in winter', (t) => {
  const window = { start: '0 8 * * 1-5', end: '0 12 * * 1-5', timeZone: 'Europe/Berlin', min: 4 }
  const holds = (now: string) => holdsAt(window, Date.parse(now))
  t.deepEqual(['2026-07-01T05:59:00Z', '2026-07-01T06:00:00Z', '2026-07-01T09:59:00Z', '2026-07-01T10:00:00Z'].map(holds), [
    false,
    true,
    true,
    false,
  ])
  t.deepEqual(['2026-12-01T06:59:00Z', '2026-12-01T07:00:00Z', '2026-12-01T10:59:00Z', '2026-12-01T11:00:00Z'].map(holds), [
    false,
    true,
    true,
    false,
  ])
  t.false(holds('2026-07-04T08:00:00Z'), 'Saturday')
})

test('a window over midnight, and one over a change of the clocks, ends by the wall clock', (t) => {
  const night = { start: '0 22 * * *', end: '0 6 * * *', timeZone: 'Europe/Berlin', min: 4 }
  const holds = (now: string) => holdsAt(night, Date.parse(now))
  // 22:00 on 28 March is 21:00 UTC; 06:00 on the 29th is 04:00 UTC, an hour sooner than the night before.
  t.deepEqual(['2026-03-28T20:59:00Z', '2026-03-28T21:00:00Z', '2026-03-29T03:59:00Z', '2026-03-29T04:00:00Z'].map(holds), [
    false,
    true,
    true,
    false,
  ])
  t.deepEqual(['2026-10-24T20:00:00Z', '2026-10-25T04:59:00Z', '2026-10-25T05:00:00Z'].map(holds), [true, true, false])
})

test('what is no cron expression says what is wrong and what would be right', (t) => {
  t.regex(problemOf('every morning'), /expected 5 or 6 fields.*such as "0 8 \* \* 1-5"/)
  t.regex(problemOf('61 8 * * *'), /61 is a invalid expression for minute/)
  t.regex(problemOf('0 25 * * *'), /hour/)
  t.regex(problemOf('0 8 31 2 *'), /impossible day of month/)
  t.regex(problemOf('30 0 8 * * *'), /minutes, not seconds/)
  t.regex(problemOf('0 8 1 * 1'), /both restricted/)
  t.regex(problemOf('0 8 L * *'), /L, W and # are not understood/)
  t.is(problemOf('0 0 8 * * mon-fri'), '')
})

test('time zones are those of the IANA database', (t) => {
  t.is(timeZoneProblem('Asia/Shanghai'), undefined)
  t.regex(timeZoneProblem('Asia/Peking') ?? '', /there is no such time zone; expected .* Asia\/Shanghai/)
})

const field = (from: number, to: number) =>
  fc.oneof(
    fc.constant('*'),
    fc.integer({ min: from, max: to }).map(String),
    fc.integer({ min: 2, max: 7 }).map((step) => `*/${step}`),
  )

test('what node-cron says of a moment is what is said here: it matches its own latest moment, and nothing between that and now matches', (t) => {
  fc.assert(
    fc.property(
      fc
        .tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12))
        .map(([minute, hour, day, month]) => `${minute} ${hour} ${day} ${month} *`),
      fc.constantFrom('UTC', 'Asia/Shanghai', 'Asia/Kolkata', 'America/New_York'),
      // Without the nights in which clocks change: node-cron passes over skipped times.
      fc.integer({ min: Date.UTC(2026, 4, 1), max: Date.UTC(2026, 8, 1) }),
      (expression, timeZone, nowUnixMs) => {
        const parsed = parseCron(expression)
        if (!parsed.ok) return
        const found = lastMomentOf(parsed.cron, timeZone, nowUnixMs)
        const task = cron.createTask(expression, () => {}, { timezone: timeZone })
        try {
          const nowMinute = Math.floor(nowUnixMs / 60_000) * 60_000
          if (found !== undefined) t.true(task.match(new Date(found)) || found < Date.UTC(2026, 3, 1), expression)
          for (let ms = nowMinute; ms > Math.max(found ?? 0, nowMinute - 120 * 60_000); ms -= 60_000)
            t.false(task.match(new Date(ms)), expression)
        } finally {
          void task.destroy()
        }
      },
    ),
    { numRuns: 150 },
  )
})
