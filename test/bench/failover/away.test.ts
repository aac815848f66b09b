import test from 'ava'
import { awayAfter, metTrouble } from '../../../bench/failover/away.ts'
import type { Asked } from '../../../bench/failover/open-loop.ts'

const faultMs = 10_000
const asked = (id: string, sentMs: number, tookMs: number, over: Partial<Asked> = {}): Asked => ({
  id,
  sentMs,
  endMs: sentMs + tookMs,
  failed: undefined,
  ...over,
})
const reasons = (...ids: readonly string[]) => new Map(ids.map((id) => [id, 'other side closed']))
const before = Array.from({ length: 100 }, (_, index) => asked(`before-${index}`, index * 50, 20))

test('the last request that a fault held up says when traffic was away from it', (t) => {
  const all = [...before, asked('hung', 9_990, 4_000), asked('hung too', 11_000, 3_500), asked('later', 15_000, 20)]
  t.deepEqual(awayAfter(all, reasons('hung', 'hung too'), faultMs, 20_000), { awayMs: 4_500, sentAgain: 2, heldUp: 2, longestMs: 4_000 })
})

test('what is slow for other reasons, was answered before, or went elsewhere at once, was not held up', (t) => {
  const all = [
    ...before,
    asked('slow machine', 12_000, 900),
    asked('early', 9_000, 500),
    asked('sent on', 13_000, 25),
    asked('refused', 13_000, 900),
  ]
  t.deepEqual(awayAfter(all, reasons('early', 'sent on').set('refused', 'connect ECONNREFUSED 10.0.0.1:8000'), faultMs, 20_000), {
    awayMs: 0,
    sentAgain: 2,
    heldUp: 0,
    longestMs: 0,
  })
})

test('a request that failed, or still hangs, counts whatever the gateway said of it', (t) => {
  const all = [...before, asked('failed', 10_100, 10, { failed: 'status 502' }), asked('hangs', 10_200, 0, { endMs: undefined })]
  t.deepEqual(awayAfter(all, reasons(), faultMs, 20_000), { awayMs: 10_000, sentAgain: 0, heldUp: 2, longestMs: 9_800 })
})

test('the access log tells which requests met trouble', (t) => {
  const log = [
    '{"level":"info","message":"request","requestId":"a","outcome":"answered"}',
    '{"level":"info","message":"request","requestId":"b","outcome":"answered","reason":"other side closed"}',
    '{"level":"warn","message":"replica rests","replica":"r"}',
    '',
  ].join('\n')
  t.deepEqual([...metTrouble(log)], [['b', 'other side closed']])
})
