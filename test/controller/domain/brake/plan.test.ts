import test from 'ava'
import { type BrakeState, type HostSilence, planBrake, released, thaw } from '../../../../controller/domain/brake/plan.ts'

const now = 1_000_000
const hosts = (total: number, silent: number, sinceMs = now - 5_000): readonly HostSilence[] =>
  Array.from({ length: total }, (_, i) => ({ hostId: `h${i}`, heard: true, silentSinceUnixMs: i < silent ? sinceMs : undefined }))
const frozen: BrakeState = { frozen: true, sinceUnixMs: now, excused: [] }

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

test('an operator releases it, the hosts that were given up do not pull it again, and others do', (t) => {
  const state = thaw(frozen, hosts(20, 9))
  t.false(state.frozen)
  t.is(state.excused.length, 9)
  t.false(planBrake(state, hosts(20, 9), now + 1000).state.frozen)
  t.false(planBrake(state, hosts(20, 15), now + 1000).state.frozen, 'six of twenty are no mass failure')
  t.true(planBrake(state, hosts(20, 16), now + 1000).state.frozen)
})

test('a host that was given up and is heard of again counts like any other', (t) => {
  const state = planBrake(thaw(frozen, hosts(10, 9)), hosts(10, 0), now + 1000).state
  t.deepEqual(state.excused, [])
  t.true(planBrake(state, hosts(10, 9, now + 2000), now + 3000).state.frozen)
})

const unheard = (total: number, heardOf: number, from = 0): readonly HostSilence[] =>
  hosts(total, 0).map((host, i) => ({ ...host, heard: i >= from && i < from + heardOf }))

test('a restart of the controller does not release it: hosts that are not heard of yet are not back', (t) => {
  t.true(planBrake(frozen, unheard(10, 0), now + 1000).state.frozen)
  t.true(planBrake(frozen, unheard(10, 6), now + 1000).state.frozen)
  t.false(planBrake(frozen, unheard(10, 7), now + 1000).state.frozen)
})

test('after a restart the hosts that were given up before it do not pull it when their first lease ends', (t) => {
  const state = thaw(frozen, hosts(10, 6))
  t.false(planBrake(planBrake(state, unheard(10, 4, 6), now).state, hosts(10, 6, now), now + 1000).state.frozen)
})
