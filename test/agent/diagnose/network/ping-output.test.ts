import test from 'ava'
import fc from 'fast-check'
import { parseAnnouncedMtu, parsePing } from '../../../../agent/diagnose/network/ping-output.ts'

const sample = (...lines: string[]): string => `${lines.join('\n')}\n`
const header = 'PING 10.99.0.2 (10.99.0.2) 56(84) bytes of data.'

test('the summary of iputils 20221126 is read', (t) => {
  const output = sample(
    header,
    '',
    '--- 10.99.0.2 ping statistics ---',
    '20 packets transmitted, 20 received, 0% packet loss, time 302ms',
    'rtt min/avg/max/mdev = 0.053/0.078/0.423/0.081 ms',
  )
  t.deepEqual(parsePing(output), {
    sent: 20,
    received: 20,
    lossPercent: 0,
    minMs: 0.053,
    averageMs: 0.078,
    maxMs: 0.423,
    deviationMs: 0.081,
  })
})

test('what a flood adds is passed over: dots, backspaces, ipg/ewma and a pipe', (t) => {
  const flood = `${header}\n..\b \b.\n--- 10.99.0.2 ping statistics ---\n500 packets transmitted, 497 received, 0.6% packet loss, time 4ms\nrtt min/avg/max/mdev = 0.004/0.004/0.040/0.002 ms, pipe 2, ipg/ewma 0.007/0.004 ms\n`
  const read = parsePing(flood)
  t.is(read?.received, 497)
  t.true(Math.abs((read?.lossPercent ?? 0) - 0.6) < 1e-9)
  t.is(read?.deviationMs, 0.002)
})

test('no reply is a measurement, with errors and a pipe or without', (t) => {
  const silent = sample(
    header,
    '',
    '--- 10.99.0.77 ping statistics ---',
    '10 packets transmitted, 0 received, 100% packet loss, time 1835ms',
    '',
  )
  const errors = sample(
    header,
    '',
    '--- 10.99.0.77 ping statistics ---',
    '3 packets transmitted, 0 received, +3 errors, 100% packet loss, time 407ms',
    'pipe 3',
  )
  for (const [output, sent] of [
    [silent, 10],
    [errors, 3],
  ] as const) {
    t.deepEqual(parsePing(output), {
      sent,
      received: 0,
      lossPercent: 100,
      minMs: null,
      averageMs: null,
      maxMs: null,
      deviationMs: null,
    })
  }
})

test('duplicates and corrupted replies do not hide the summary', (t) => {
  const output = sample(
    header,
    '--- 10.99.0.2 ping statistics ---',
    '4 packets transmitted, 4 received, +4 duplicates, +1 corrupted, 0% packet loss, time 3004ms',
    'rtt min/avg/max/mdev = 0.1/0.2/0.3/0.0 ms',
  )
  t.is(parsePing(output)?.received, 4)
})

test('the summary of busybox 1.35 is read, which has no deviation', (t) => {
  const output = sample(
    'PING 10.99.0.2 (10.99.0.2): 56 data bytes',
    '',
    '--- 10.99.0.2 ping statistics ---',
    '3 packets transmitted, 3 packets received, 0% packet loss',
    'round-trip min/avg/max = 0.061/0.069/0.075 ms',
  )
  t.deepEqual(parsePing(output), { sent: 3, received: 3, lossPercent: 0, minMs: 0.061, averageMs: 0.069, maxMs: 0.075, deviationMs: null })
})

test('an output with no summary is nothing, and usage text is none', (t) => {
  t.is(parsePing("ping: invalid option -- 'f'\nBusyBox v1.35.0 multi-call binary.\n"), undefined)
  t.is(parsePing('ping: nosuch.host: Temporary failure in name resolution\n'), undefined)
  t.is(parsePing(''), undefined)
})

test('the MTU that the host or a router names is read', (t) => {
  t.is(parseAnnouncedMtu('ping: local error: message too long, mtu=1400\n'), 1400)
  t.is(parseAnnouncedMtu('From 10.0.0.1 icmp_seq=1 Frag needed and DF set (mtu = 1300)\n'), 1300)
  t.is(parseAnnouncedMtu('From fd00::1 icmp_seq=1 Packet too big: mtu=1280\n'), 1280)
  t.is(parseAnnouncedMtu(header), undefined)
})

test('no output makes the reader throw, and no loss is outside 0 to 100', (t) => {
  const lines = fc.constantFrom(
    header,
    '--- x ping statistics ---',
    '5 packets transmitted, 9 received, +4 duplicates, 0% packet loss, time 1ms',
    '0 packets transmitted, 0 received, 0% packet loss',
    'rtt min/avg/max/mdev = 0.1/0.2/.../0.0 ms',
    '99999999999999999999 packets transmitted, 1 received, 0% packet loss',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(lines, fc.string())), (parts) => {
      const read = parsePing(parts.join('\n'))
      if (read === undefined) return true
      return read.lossPercent >= 0 && read.lossPercent <= 100 && (read.averageMs === null || Number.isFinite(read.averageMs))
    }),
  )
  t.pass()
})
