import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import fc from 'fast-check'
import { parseIperf } from '../../../../agent/diagnose/network/iperf-output.ts'

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, '../../../fixtures/iperf3', name), 'utf8')

test('what was received, resent and cost is read of both directions', (t) => {
  const forward = parseIperf(fixture('3.12-forward.txt'), 'forward')
  if (forward.kind !== 'measured') return t.fail(forward.kind)
  t.is(Math.round(forward.throughput.mbps), 15_466)
  t.is(forward.throughput.retransmits, 13_916)
  t.is(Math.round(forward.throughput.senderCpuPercent ?? 0), 93)
  t.is(Math.round(forward.throughput.receiverCpuPercent ?? 0), 43)
  const reverse = parseIperf(fixture('3.12-reverse.txt'), 'reverse')
  if (reverse.kind !== 'measured') return t.fail(reverse.kind)
  t.is(Math.round(reverse.throughput.mbps), 500)
  t.is(Math.round(reverse.throughput.senderCpuPercent ?? 0), 6)
  t.is(Math.round(reverse.throughput.receiverCpuPercent ?? 0), 2)
})

test('an error is one although versions before 3.14 exit with 0', (t) => {
  t.deepEqual(parseIperf(fixture('3.12-refused.txt'), 'forward'), {
    kind: 'failed',
    message: 'unable to connect to server: Connection refused',
  })
  t.deepEqual(parseIperf(fixture('3.12-busy.txt'), 'forward'), {
    kind: 'failed',
    message: 'the server is busy running a test. try again later',
  })
  t.deepEqual(parseIperf('iperf3: error - unable to create a new stream: Permission denied\n', 'forward'), {
    kind: 'failed',
    message: 'unable to create a new stream: Permission denied',
  })
})

test('an error after a part of the run outweighs the part', (t) => {
  const whole = JSON.parse(fixture('3.12-forward.txt'))
  const cut = { ...whole, error: 'control socket has closed unexpectedly' }
  t.is(parseIperf(JSON.stringify(cut), 'forward').kind, 'failed')
})

test('what newer and older versions do to the JSON is borne: twice the document, a line behind it, nan', (t) => {
  const once = fixture('3.12-forward.txt')
  t.is(parseIperf(`${once}\n${once}`, 'forward').kind, 'measured')
  t.is(parseIperf(`warning: this system does not support it\n${once}\niperf3: error - no error\n`, 'forward').kind, 'measured')
  t.is(parseIperf(once.replace('"max_rtt":\t129', '"max_rtt":\t-nan'), 'forward').kind, 'measured')
})

test('a document that was cut off is unreadable wherever it was cut, and never a figure', (t) => {
  const whole = fixture('3.12-forward.txt')
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: whole.trimEnd().length - 1 }),
      (length) => parseIperf(whole.slice(0, length), 'forward').kind !== 'measured',
    ),
  )
  t.pass()
})

test('no output makes the reader throw', (t) => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.anything().map((value) => JSON.stringify({ end: value, error: undefined }) ?? ''),
      ),
      (output) => {
        parseIperf(output, 'forward')
        return true
      },
    ),
  )
  t.pass()
})
