import test from 'ava'
import { type BrakeState, type HostSilence, planBrake, released, thaw } from '../../../../controller/domain/brake/plan.ts'

const now = 1_000_000
const hosts = (total: number, silent: number, sinceMs = now - 5_000): readonly HostSilence[] =>
  Array.from({ length: total }, (_, i) => ({ hostId: `h${i}`, silentSinceUnixMs: i < silent ? sinceMs : undefined }))
const frozen: BrakeState = { frozen: true, sinceUnixMs: now, excusedUntilUnixMs: 0 }

test('up to three silent hosts are ordinary failures in a small fleet', (t) => {
  t.false(planBrake(released, hosts(4, 3), now).state.frozen)
  t.true(planBrake(released, hosts(5, 4), now).state.frozen)
})

test('in a large fleet more than thirty per cent have to be silent', (t) => {
  t.false(planBrake(released, hosts(100, 30), now).state.frozen)
  t.true(planBrake(released, hosts(100, 31), now).state.frozen)
})

test('hosts that went silent one by one over a long time do not pull the brake', (t) => {
  const slowly = hosts(10, 8).map((host, i) => ({ ...host, silentSinceUnixMs: host.silentSinceUnixMs && now - i * 30_000 }))
  t.false(planBrake(released, slowly, now).state.frozen)
})

test('the brake is pulled with one event that gives its numbers, and then says nothing more', (t) => {
  const pulled = planBrake(released, hosts(10, 9), now)
  t.is(pulled.events.length, 1)
  t.regex(pulled.events[0]?.message ?? '', /^9 of 10 hosts went silent within 60 s/)
  t.deepEqual(planBrake(pulled.state, hosts(10, 9), now + 1000), { state: pulled.state, events: [] })
})

test('it holds however long they stay away, and is released when enough are back', (t) => {
  t.true(planBrake(frozen, hosts(10, 9), now + 86_400_000).state.frozen)
  const thawed = planBrake(frozen, hosts(10, 3), now + 1000)
  t.false(thawed.state.frozen)
  t.is(thawed.events[0]?.reason, 'EvictionsThawed')
})

test('an operator releases it, the same silences do not pull it again, and new ones do', (t) => {
  const state = thaw(frozen, now)
  t.false(state.frozen)
  t.false(planBrake(state, hosts(10, 9), now + 1000).state.frozen)
  t.true(planBrake(state, hosts(10, 9, now + 2000), now + 3000).state.frozen)
})
