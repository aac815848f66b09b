import test from 'ava'
import fc from 'fast-check'
import { gatewaySettings } from '../../../../controller/gateway/config.ts'
import {
  afterLook,
  afterProbe,
  begun,
  believedMs,
  type Finding,
  findingOf,
  lookEveryMs,
  type Seen,
  type Silence,
  type Verdict,
} from '../../../../controller/gateway/silence/plan.ts'

const policy = gatewaySettings.parse({}).silence
const seen = (over: Partial<Seen> = {}): Seen => ({ signs: 0, outstanding: 1, member: true, nowMs: 0, ...over })

/** One look of a watch, and what a probe would find if there is one. */
interface Moment {
  readonly talks: boolean
  readonly outstanding: number
  readonly member: boolean
  readonly finding: Finding
  /** The probe takes this many looks. */
  readonly takes: number
}

const moment: fc.Arbitrary<Moment> = fc.record({
  talks: fc.nat(9).map((one) => one === 0),
  outstanding: fc.nat(9).map((one) => (one < 2 ? 0 : one)),
  member: fc.nat(3).map((one) => one > 0),
  finding: fc.constantFrom<Finding>('there', 'gone', 'gone', 'unclear'),
  takes: fc.nat(6),
})

interface Told {
  readonly verdict: Verdict
  readonly finding: Finding
  readonly talked: boolean
}

/** What a watch does that is begun whenever the replica owes something. */
const live = (moments: readonly Moment[]): { readonly probes: readonly (readonly [Seen, Silence])[]; readonly told: readonly Told[] } => {
  const probes: (readonly [Seen, Silence])[] = []
  const told: Told[] = []
  let silence: Silence | undefined
  let signs = 0
  let nowMs = 0
  for (const { talks, outstanding, member, finding, takes } of moments) {
    nowMs += lookEveryMs(policy)
    if (talks) signs++
    const now: Seen = { signs, outstanding, member, nowMs }
    if (!silence && outstanding > 0) silence = begun(now)
    if (!silence) continue
    const look = afterLook(silence, now, policy)
    silence = look.step === 'stop' ? undefined : look.silence
    if (look.step !== 'probe') continue
    probes.push([now, look.silence])
    nowMs += takes * lookEveryMs(policy)
    const talked = takes > 3 && talks
    if (talked) signs++
    const end = afterProbe(look.silence, finding, { ...now, signs, nowMs })
    silence = end.silence
    told.push({ verdict: end.verdict, finding, talked })
  }
  return { probes, told }
}

test('A replica is probed only when it owes an answer and was silent long enough, or failed its last probe, and never more often than it may be silent.', (t) => {
  let all = 0
  fc.assert(
    fc.property(fc.array(moment, { minLength: 20, maxLength: 80 }), (moments) => {
      const { probes } = live(moments)
      all += probes.length
      for (const [{ outstanding, member, nowMs }, { failed, sinceMs }] of probes) {
        t.true(outstanding > 0 || (member && failed > 0))
        t.true(failed > 0 || nowMs - sinceMs >= policy.afterMs)
      }
      for (const [at, [{ nowMs }]] of probes.entries()) t.true(at === 0 || nowMs - (probes[at - 1]?.[0].nowMs ?? 0) >= policy.afterMs)
    }),
  )
  t.true(all > 100)
})

test('Requests are taken back only after two probes in a row that failed, without a byte, an answer of its host or a doubt in between.', (t) => {
  let all = 0
  fc.assert(
    fc.property(fc.array(moment, { minLength: 20, maxLength: 80 }), (moments) => {
      const { told } = live(moments)
      for (const [at, { verdict, finding, talked }] of told.entries()) {
        if (verdict === 'rest' || verdict === 'take back') t.true(finding === 'gone' && !talked)
        if (verdict !== 'take back') continue
        all++
        const before = told.slice(0, at).findLast((one) => one.finding !== 'unclear')
        t.true(before?.verdict === 'rest' || before?.verdict === 'take back')
      }
    }),
  )
  t.true(all > 10)
})

test('A prefill of minutes at a host that answers changes nothing.', (t) => {
  const minutes = Array.from({ length: 2_000 }, (): Moment => ({ talks: false, outstanding: 1, member: true, finding: 'there', takes: 0 }))
  const { probes, told } = live(minutes)
  t.true(probes.length > 100)
  t.deepEqual(new Set(told.map(({ verdict }) => verdict)), new Set<Verdict>(['nothing']))
})

test('A host that goes silent costs its requests two probes, and then new ones wait for it only once it answered a probe.', (t) => {
  const gone: Moment = { talks: false, outstanding: 1, member: true, finding: 'gone', takes: 6 }
  const idle: Moment = { ...gone, outstanding: 0 }
  const { told } = live([...Array.from({ length: 6 }, () => gone), idle, idle, { ...idle, finding: 'there' }, idle, idle])
  t.deepEqual(
    told.map(({ verdict }) => verdict),
    ['rest', 'take back', 'take back', 'take back', 'return'],
  )
})

test('What a failed probe said holds until the next one has told.', (t) => {
  t.true(believedMs(policy) >= Math.max(policy.afterMs, policy.probeTimeoutMs) + policy.probeTimeoutMs)
})

test('A replica out of the membership is watched for as long as it owes answers, and no longer.', (t) => {
  const failed: Silence = { ...begun(seen()), failed: 1 }
  t.is(afterLook(failed, seen({ member: false, nowMs: 10_000 }), policy).step, 'probe')
  t.is(afterLook(failed, seen({ member: false, outstanding: 0, nowMs: 10_000 }), policy).step, 'stop')
})

test('A refusal tells of a host that lost its engine, unless the replica drains: then the engine has closed its door and answers those inside.', (t) => {
  t.is(findingOf('', false), 'there')
  for (const code of ['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNREFUSED']) t.is(findingOf(code, false), 'gone')
  t.is(findingOf('ECONNREFUSED', true), 'there')
  t.is(findingOf('ETIMEDOUT', true), 'gone')
})

test('What is missing at the gateway itself, such as ports or files, is no sign of anything.', (t) => {
  for (const code of ['EMFILE', 'EADDRNOTAVAIL', 'EACCES', 'ENOTFOUND', 'UNKNOWN']) t.is(findingOf(code, false), 'unclear')
  t.deepEqual(afterProbe(begun(seen()), 'unclear', seen()), { silence: begun(seen()), verdict: 'nothing' })
})
