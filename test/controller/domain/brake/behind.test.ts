import test from 'ava'
import {
  acceptBehind,
  type BehindState,
  type HostKnowledge,
  planBehind,
  restoredAt,
  strangersOf,
} from '../../../../controller/domain/brake/behind.ts'

const host = (name: string, known: Partial<HostKnowledge> = {}): HostKnowledge => ({
  hostId: `h-${name}`,
  name,
  storedGeneration: 5,
  ownGeneration: 5,
  settled: true,
  lost: false,
  strangers: [],
  ...known,
})
const reasons = ({ events }: { events: readonly { reason: string }[] }) => events.map(({ reason }) => reason)

test('hosts that know what is stored hold nothing back', (t) => {
  t.deepEqual(planBehind(undefined, [host('a'), host('b', { ownGeneration: undefined })], 1), { state: undefined, events: [] })
})

test('a host that knows a later generation holds everything until it has told what it runs, and then only for what is not known', (t) => {
  const silent = planBehind(undefined, [host('a', { ownGeneration: 9, settled: false })], 7)
  t.like(silent.state, { held: true, sinceUnixMs: 7 })
  t.deepEqual(reasons(silent), ['ControllerBehind'])

  const stranger = planBehind(silent.state, [host('a', { ownGeneration: 9, strangers: ['chat-8', 'chat-7'] })], 8)
  t.like(stranger.state, { held: true, sinceUnixMs: 7 })
  t.regex(stranger.events[0]?.message ?? '', /does not know chat-7, chat-8 on a\..*hostler thaw/)
  t.deepEqual(planBehind(stranger.state, [host('a', { ownGeneration: 9, strangers: ['chat-8', 'chat-7'] })], 9).events, [], 'told once')

  const known = planBehind(silent.state, [host('a', { ownGeneration: 9 })], 8)
  t.false(known.state?.held)
  t.deepEqual(reasons(known), ['ControllerCaughtUp'])
})

test('a database that was put back holds from its first pass until every host was heard, and names those that may never be', (t) => {
  const silent = host('a', { ownGeneration: undefined, settled: false })
  const first = planBehind(restoredAt(1), [silent, host('b')], 2)
  t.true(first.state?.held)
  t.deepEqual(reasons(first), ['ControllerBehind'])
  t.notRegex(first.events[0]?.message ?? '', /Not heard/, 'it may be about to come')
  const lost = planBehind(first.state, [{ ...silent, lost: true }, host('b')], 3)
  t.true(lost.state?.held, 'what it runs is not known, and would be stopped when it comes')
  t.regex(lost.events[0]?.message ?? '', /Not heard: a\..*hostler thaw/)
  t.deepEqual(planBehind(lost.state, [{ ...silent, lost: true }, host('b')], 4).events, [], 'told once')
  const late = planBehind(lost.state, [host('a', { ownGeneration: 9, strangers: ['chat-7'] }), host('b')], 5)
  t.true(late.state?.held)
  t.regex(late.events[0]?.message ?? '', /does not know chat-7 on a\./)
  t.deepEqual(reasons(planBehind(lost.state, [host('a'), host('b')], 6)), ['ControllerCaughtUp'])
  t.true(planBehind(restoredAt(1), [], 2).state?.held !== true, 'a fleet without hosts has nothing to look at')
  const many = Array.from({ length: 8 }, (_, n) => ({ ...host(`n${n}`), settled: false, lost: true }))
  t.regex(planBehind(restoredAt(1), many, 2).events[0]?.message ?? '', /Not heard: n0, n1, n2, n3, n4 and 3 more\./)
})

test('what an operator accepted does not hold again, until the host has caught up', (t) => {
  const hosts = [host('a', { ownGeneration: 9, strangers: ['chat-7'] }), host('late', { ownGeneration: undefined, settled: false })]
  t.is(strangersOf(hosts), 'chat-7 on a')
  const accepted = acceptBehind(hosts) as BehindState
  t.deepEqual(accepted.accepted, ['h-a', 'h-late'])
  const back = planBehind(
    accepted,
    [host('a', { storedGeneration: 10, ownGeneration: 9 }), host('late', { ownGeneration: 12, strangers: ['chat-9'] })],
    5,
  )
  t.deepEqual([back.state?.held, back.state?.accepted, reasons(back)], [false, ['h-late'], []])
  t.is(planBehind(back.state, [host('a'), host('late', { storedGeneration: 13, ownGeneration: 12 })], 6).state, undefined)
})

test('a newcomer with a memory of another fleet holds nothing back', (t) => {
  t.deepEqual(planBehind(undefined, [host('new', { storedGeneration: 0, ownGeneration: 40, strangers: ['x-1'] })], 1), {
    state: undefined,
    events: [],
  })
})
