import test from 'ava'
import fc from 'fast-check'
import { usedTokens } from '../../../../controller/gateway/admission/admit.ts'
import { type TokenHold, TokenLimits } from '../../../../controller/gateway/admission/token-limits.ts'
import { UsageTail } from '../../../../controller/gateway/proxy/usage-tail.ts'

const minuteMs = 60_000
const step = fc.record({ gapMs: fc.nat(20_000), tokens: fc.nat(3_000), used: fc.nat(6_000), settleLater: fc.boolean() })

test('In the long run no more tokens are used than the limit, a full bucket and what may be owed.', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 10_000 }), fc.array(step, { minLength: 1, maxLength: 120 }), (tokensPerMinute, steps) => {
      const limits = new TokenLimits()
      const claim = { id: 'key:a', tokensPerMinute }
      let nowMs = 5_000
      const startMs = nowMs
      let used = 0
      let debt = 0
      for (const { gapMs, tokens, used: wanted } of steps) {
        nowMs += gapMs
        const verdict = limits.admit([claim], tokens, nowMs)
        if (!verdict.admitted) {
          t.true(verdict.retryAfterMs <= 2 * minuteMs)
          t.true(limits.admit([claim], tokens, nowMs + verdict.retryAfterMs).admitted)
          return
        }
        verdict.hold.settle(wanted, nowMs)
        used += wanted
        // Beyond the bound a debt is forgiven.
        debt = Math.max(debt, wanted)
        const allowed = (tokensPerMinute * (nowMs - startMs + minuteMs)) / minuteMs
        t.true(used <= allowed + steps.length * Math.max(0, debt - tokensPerMinute) + debt + steps.length)
      }
    }),
  )
})

test('A charge that is given back whole leaves the bucket as if nothing had been, never more than full, however late and however often.', (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.array(fc.record({ gapMs: fc.nat(90_000), tokens: fc.nat(200_000), delay: fc.nat(5) }), { maxLength: 60 }),
      (tokensPerMinute, requests) => {
        const limits = new TokenLimits()
        const claim = { id: 'key:a', tokensPerMinute }
        let nowMs = 1_000
        const open: { hold: TokenHold; left: number }[] = []
        for (const { gapMs, tokens, delay } of requests) {
          nowMs += gapMs
          const verdict = limits.admit([claim], tokens, nowMs)
          if (verdict.admitted) open.push({ hold: verdict.hold, left: delay })
          for (const one of open) {
            if (one.left-- > 0) continue
            one.hold.settle(0, nowMs)
            one.hold.settle(1_000_000, nowMs)
          }
        }
        for (const { hold } of open) hold.settle(0, nowMs)
        t.true(limits.admit([claim], tokensPerMinute, nowMs).admitted, 'all of it is there')
        t.false(limits.admit([claim], 1, nowMs).admitted, 'and no more')
      },
    ),
  )
})

test('A use above the estimate is taken as well, up to a bound on what may be owed.', (t) => {
  const limits = new TokenLimits()
  const claim = { id: 'key:a', tokensPerMinute: 600 }
  const first = limits.admit([claim], 10, 0)
  if (!first.admitted) return t.fail()
  first.hold.settle(300, 0)
  t.like(limits.admit([claim], 301, 0), { admitted: false, retryAfterMs: 100 })
  const second = limits.admit([claim], 300, 0)
  if (!second.admitted) return t.fail()
  second.hold.settle(1_000_000, 0)
  t.like(limits.admit([claim], 1, 0), { admitted: false, retryAfterMs: 60_100 })
})

test('When one of two limits refuses nothing is taken from the other, and a changed limit keeps what is missing.', (t) => {
  const limits = new TokenLimits()
  const [wide, narrow] = [
    { id: 'key:a', tokensPerMinute: 1_000 },
    { id: 'deployment:d', tokensPerMinute: 100 },
  ]
  t.true(limits.admit([wide, narrow], 100, 0).admitted)
  for (let i = 0; i < 5; i++) t.like(limits.admit([wide, narrow], 50, 0), { admitted: false, claim: narrow, retryAfterMs: 30_000 })
  t.true(limits.admit([wide], 900, 0).admitted)
  t.like(limits.admit([{ ...wide, tokensPerMinute: 2_000 }], 1_500, 0), { admitted: false, retryAfterMs: 15_000 })
  limits.retain(new Set(['deployment:d']))
  t.true(limits.admit([wide], 1_000, 0).admitted, 'a key that is gone and comes back starts with a full bucket')
})

test('A request is charged what the engine reports, else what was sent, and nothing when no engine took it in or it failed.', (t) => {
  const estimate = { promptTokens: 10, outputTokens: 100 }
  const told = new UsageTail()
  told.keep(Buffer.from('data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}}\n\ndata: [DONE]\n\n'))
  const silent = new UsageTail()
  const ended = { status: 200, attempts: 1, bytesOut: 80 }
  t.is(usedTokens({ estimate, tail: told }, ended), 12)
  t.is(usedTokens({ estimate, tail: silent }, ended), 30)
  t.is(usedTokens({ estimate, tail: silent }, { ...ended, bytesOut: 1_000_000 }), 110)
  t.is(usedTokens({ estimate, tail: silent }, { ...ended, status: 0, bytesOut: 0 }), 10, 'the client left while the engine worked')
  t.is(usedTokens({ estimate, tail: told }, { ...ended, attempts: 0 }), 0)
  t.is(usedTokens({ estimate, tail: told }, { ...ended, status: 500 }), 0)
})
