import test from 'ava'
import fc from 'fast-check'
import {
  afterAdopt,
  afterExit,
  afterGiveUp,
  afterLaunch,
  type Failure,
  freshMemory,
  defaultRestartPolicy as policy,
  type ReplicaMemory,
  withHealth,
} from '../../../agent/reconcile/memory.ts'
import { restartDelayMs } from '../../../shared/lifecycle/backoff.ts'

const failure: Failure = { code: 'EXITED', message: 'exited', exitCode: 1, oomKilled: false, logLines: [] }
const minute = 60_000

/** One life of an engine: launched, perhaps ready for a while, ended. */
const live = (memory: ReplicaMemory, id: string, nowMs: number, readyForMs: number): ReplicaMemory => {
  const adopted = afterAdopt(afterLaunch(memory, 20_000), id, 20_000, nowMs)
  const ready = readyForMs > 0 ? withHealth(adopted, id, { kind: 'ready', message: '' }, nowMs) : adopted
  return afterExit(ready, id, failure, nowMs + readyForMs, policy)
}

test('the first restart comes at once, the second after a second, and no wait is longer than five minutes', (t) => {
  t.deepEqual(
    [1, 2, 3, 4, 5, 10, 11, 12, 1_000].map((crashes) => restartDelayMs(crashes, policy.backoff)),
    [0, 1_000, 2_000, 4_000, 8_000, 256_000, 300_000, 300_000, 300_000],
  )
})

test('the wait never shrinks while an engine crashes without a long healthy time, and starts over after one', (t) => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0, 1, minute, 9 * minute, 10 * minute, 60 * minute), { maxLength: 40 }), (lives) => {
      let memory = freshMemory('h')
      let nowMs = 0
      let before = -1
      lives.forEach((readyForMs, index) => {
        memory = live(memory, `i${index}`, nowMs, readyForMs)
        nowMs += readyForMs
        const waitMs = memory.nextAttemptMs - nowMs
        if (readyForMs >= policy.forgiveMs) t.is(waitMs, 0)
        else t.true(waitMs >= before && waitMs <= policy.backoff.capMs)
        before = waitMs
        nowMs = memory.nextAttemptMs
      })
    }),
  )
  t.pass()
})

test('a late report about a former instance changes nothing', (t) => {
  const memory = afterAdopt(freshMemory('h'), 'new', 20_000, 0)
  t.is(withHealth(memory, 'old', { kind: 'ready', message: '' }, 1), memory)
})

test('an engine that was given up stays so through its exit; one that crashed on its own while unusable does not', (t) => {
  const unusable = withHealth(
    afterAdopt(freshMemory('h'), 'i', 20_000, 0),
    'i',
    { kind: 'unusable', code: 'WARM_PROBE_FAILED', message: 'HTTP 500' },
    1,
  )
  const givenUp = afterExit(afterGiveUp(unusable), 'i', { ...failure, logLines: ['last'] }, 2, policy)
  t.like(givenUp.terminal, { code: 'WARM_PROBE_FAILED', logLines: ['last'] })
  t.is(afterExit(unusable, 'i', failure, 2, policy).terminal, undefined)
})

test('an instance that was ready is ready to the next agent as well, any other is not', (t) => {
  const ready = withHealth(afterAdopt(freshMemory('h'), 'i', 20_000, 0), 'i', { kind: 'ready', message: '' }, 1)
  const { care: _, ...kept } = ready
  t.is(afterAdopt(kept, 'i', 20_000, 5).care?.health.kind, 'ready')
  t.is(afterAdopt(kept, 'j', 20_000, 5).care?.health.kind, 'loading')
})
