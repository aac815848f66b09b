import test from 'ava'
import { breakOfEvent, breakOfReplica } from '../../../agent/diagnose/breaks.ts'
import { status } from '../../controller/domain/support/fleet.ts'

const ready = status('chat-1', 'ready')
const exited = status('chat-1', 'backoff', { reason: 'EXITED', restarts: 1 })

test('An engine that exits breaks once, and again at its next exit', (t) => {
  t.deepEqual(breakOfReplica(ready, exited), { cause: 'replica/chat-1', subjects: ['oom', 'gpu'] })
  t.is(breakOfReplica(exited, { ...exited, message: 'next attempt in 8 s' }), undefined)
  t.not(breakOfReplica(exited, { ...exited, restarts: 2 }), undefined)
})

test('A replica that waits, loads or is stopped has not broken', (t) => {
  for (const phase of ['pending', 'loading', 'stopping', 'ready', 'pulling'] as const) {
    t.is(breakOfReplica(ready, status('chat-1', phase, { reason: 'EXITED' })), undefined)
  }
  t.is(breakOfReplica(undefined, status('chat-1', 'blocked', { reason: 'MODEL_PATH_MISSING' })), undefined)
})

test('A GPU that is gone is a matter of the GPU', (t) => {
  t.deepEqual(breakOfReplica(ready, status('chat-1', 'blocked', { reason: 'GPU_MISSING' }))?.subjects, ['gpu'])
})

test('What the kernel said before the agent started is no news', (t) => {
  const event = { atUnixMs: 5_000, source: 'kernel', code: 'kernel.xid', subject: 'gpu/0', params: {}, line: '' } as const
  t.is(breakOfEvent(event, 6_000), undefined)
  t.deepEqual(breakOfEvent(event, 4_000), { cause: 'gpu/0', subjects: ['gpu'] })
  t.is(breakOfEvent({ ...event, code: 'engine.started' }, 4_000), undefined)
})
