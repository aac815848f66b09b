import test from 'ava'
import fc from 'fast-check'
import { afterEnding, noDrainRate, retryAfterSeconds } from '../../../../controller/gateway/queue/drain-rate.ts'
import { type Place, WaitingLine } from '../../../../controller/gateway/queue/waiting-line.ts'

const command = fc.oneof(
  fc.record({ kind: fc.constant('join' as const), old: fc.boolean() }),
  fc.record({ kind: fc.constant('leave' as const), which: fc.nat() }),
  fc.record({ kind: fc.constant('serve' as const) }),
)

test('Whoever joins, leaves and returns, the line is always in the order of tickets, and everyone leaves once.', (t) => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 120 }), (commands) => {
      const line = new WaitingLine<number>()
      const model = new Map<number, Place<number>>()
      const served: number[] = []
      let next = 0
      for (const step of commands) {
        if (step.kind === 'join') {
          const ticket = step.old && served.length > 0 ? (served.shift() ?? 0) : next++
          model.set(ticket, line.join(ticket, ticket))
        } else if (step.kind === 'leave') {
          const tickets = [...model.keys()]
          const ticket = tickets[step.which % Math.max(1, tickets.length)]
          const place = ticket === undefined ? undefined : model.get(ticket)
          if (!place || ticket === undefined) continue
          model.delete(ticket)
          t.true(line.leave(place))
          t.false(line.leave(place))
        } else if (line.first) {
          const { ticket } = line.first
          t.is(ticket, Math.min(...model.keys()))
          line.leave(line.first)
          model.delete(ticket)
          served.push(ticket)
        }
        t.is(line.size, model.size)
        t.deepEqual(
          [...line].map(({ ticket }) => ticket),
          [...model.keys()].sort((a, b) => a - b),
        )
      }
    }),
  )
})

test('Everyone can be served while the line is walked.', (t) => {
  const line = new WaitingLine<string>()
  for (const [i, name] of ['a', 'b', 'c'].entries()) line.join(i, name)
  const seen: string[] = []
  for (const place of line) {
    seen.push(place.value)
    line.leave(place)
  }
  t.deepEqual([seen, line.size, line.first], [['a', 'b', 'c'], 0, undefined])
})

test('Retry-After follows the rate at which requests end.', (t) => {
  let rate = noDrainRate
  for (let ms = 1_000; ms <= 20_000; ms += 500) rate = afterEnding(rate, ms)
  t.is(retryAfterSeconds(rate, 0, 10_000), 1)
  t.is(retryAfterSeconds(rate, 19, 10_000), 10)
  t.is(retryAfterSeconds(rate, 100_000, 10_000), 60)
  t.is(retryAfterSeconds(noDrainRate, 5, 10_000), 5)
  const quiet = afterEnding(afterEnding(rate, 20_100, false), 8 * 3_600_000, true)
  t.is(retryAfterSeconds(quiet, 19, 10_000), 10, 'a night in which nobody waited says nothing of the rate')
})
