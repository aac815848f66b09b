import test from 'ava'
import { Outbox } from '../../../agent/diagnose/outbox.ts'
import type { HostDiagnosis } from '../../../shared/diagnosis/host-diagnosis.ts'

const diagnosis = (id: string): HostDiagnosis => ({
  id,
  subject: 'gpu',
  trigger: 'break',
  cause: 'replica/chat-1',
  fromUnixMs: 0,
  toUnixMs: 1,
  results: [],
  events: [],
  series: [],
})
const { signal } = new AbortController()

test('A diagnosis stays in its place until it was taken', async (t) => {
  const outbox = new Outbox()
  outbox.put(diagnosis('a'))
  outbox.put(diagnosis('b'))
  t.is((await outbox.next(signal))?.id, 'a')
  t.is((await outbox.next(signal))?.id, 'a')
  outbox.done('a')
  outbox.done('a')
  t.is((await outbox.next(signal))?.id, 'b')
})

test('Whoever waits hears of the next one, or of the end', async (t) => {
  const outbox = new Outbox()
  const waiting = outbox.next(signal)
  outbox.put(diagnosis('a'))
  t.is((await waiting)?.id, 'a')
  outbox.done('a')
  const left = new AbortController()
  const vain = outbox.next(left.signal)
  left.abort()
  t.is(await vain, undefined)
})

test('While the controller is away for long the oldest go', async (t) => {
  const outbox = new Outbox()
  for (let index = 0; index < 100; index += 1) outbox.put(diagnosis(String(index)))
  t.is((await outbox.next(signal))?.id, '68')
})
