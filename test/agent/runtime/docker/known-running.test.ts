import test from 'ava'
import { KnownRunning } from '../../../../agent/runtime/docker/known-running.ts'
import type { Instance } from '../../../../agent/runtime/runtime.ts'

const instance = (state: Instance['state']): Instance => ({
  runtime: 'docker',
  id: 'c1',
  identity: {
    hostId: 'h',
    deployment: 'd',
    revision: 1,
    replicaId: 'd-1',
    generation: 1,
    address: '10.0.0.1',
    port: 20_000,
    specHash: '',
    gpuUuids: [],
    stopGraceMs: 1_000,
  },
  state,
  startedUnixMs: 0,
  oomKilled: false,
  warnings: [],
})

const opened = () => {
  let nowMs = 0
  const known = new KnownRunning({ monotonicMs: () => nowMs, unixMs: () => nowMs })
  return { known, pass: (ms: number) => (nowMs += ms) }
}

test('A running container is known until its end is told, or for a minute', (t) => {
  const { known, pass } = opened()
  known.put(instance('running'))
  pass(59_999)
  t.is(known.get('c1')?.state, 'running')
  known.forget('c1')
  t.is(known.get('c1'), undefined)
  known.put(instance('running'))
  pass(60_000)
  t.is(known.get('c1'), undefined)
})

test('One that has ended, that is listed no more, or of which events may have been missed has to be looked at', (t) => {
  const { known } = opened()
  known.put(instance('running'))
  known.put(instance('exited'))
  t.is(known.get('c1'), undefined)
  known.put(instance('running'))
  known.keepOnly(new Set(['c1']))
  t.not(known.get('c1'), undefined)
  known.keepOnly(new Set())
  t.is(known.get('c1'), undefined)
  known.put(instance('running'))
  known.forgetAll()
  t.is(known.get('c1'), undefined)
})
