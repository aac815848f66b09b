import test from 'ava'
import fc from 'fast-check'
import { Lease } from '../../../agent/link/lease.ts'
import { presenceOf } from '../../../controller/usecases/presence.ts'

const leaseMs = 10_000

test("the agent's lease always ends before the controller's count of it does", (t) => {
  const message = fc.record({
    gapMs: fc.nat({ max: 5_000 }),
    delayMs: fc.nat({ max: 3_000 }),
    arrives: fc.boolean(),
    acknowledged: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 30 }), fc.nat({ max: 40_000 }), (messages, laterMs) => {
      const lease = new Lease()
      lease.setDuration(leaseMs)
      let nowMs = 0
      let heardMs: number | undefined
      for (const [index, { gapMs, delayMs, arrives, acknowledged }] of messages.entries()) {
        nowMs += gapMs
        lease.sent(index + 1, nowMs)
        if (!arrives) continue
        heardMs = Math.max(heardMs ?? 0, nowMs + delayMs)
        if (acknowledged) lease.acknowledged(index + 1)
      }
      const atMs = nowMs + laterMs
      if (!lease.valid(atMs)) return
      t.is(
        presenceOf(heardMs, 0, atMs, { leaseMs, graceMs: 0 }),
        'connected',
        'the agent thinks that it holds a lease that the controller has ended',
      )
    }),
    { numRuns: 2_000 },
  )
})

test('a lease that was never acknowledged is not held', (t) => {
  const lease = new Lease()
  lease.setDuration(leaseMs)
  lease.sent(1, 0)
  t.false(lease.valid(1))
  lease.newStream()
  lease.acknowledged(1)
  t.false(lease.valid(1), 'an acknowledgement of another stream counts for nothing')
})
