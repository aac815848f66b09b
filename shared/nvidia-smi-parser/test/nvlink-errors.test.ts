import test from 'ava'
import fc from 'fast-check'
import { parseNvLinkErrors } from '../nvlink-errors.ts'

test('errors of links are counted by kind, and figures that are no errors are left out', (t) => {
  const output = [
    'GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-a)',
    '\t Link 0: Replay Errors: 0',
    '\t Link 0: Recovery Errors: 1',
    '\t Link 0: CRC Errors: 22',
    '',
    '\t Link 17: Replay Errors: 3',
    'GPU 1: NVIDIA B200 (UUID: GPU-b)',
    '\t Link 0: Tx packets: 123',
    '\t Link 0: Malformed packet Errors: 4',
    '\t Link 0: Effective BER: 15e-255',
    '\t Link 1: Symbol Errors: N/A',
  ].join('\n')
  t.deepEqual(parseNvLinkErrors(output), {
    ok: true,
    value: [
      {
        index: 0,
        uuid: 'GPU-a',
        links: [
          { link: 0, counts: { replay: 0, recovery: 1, crc: 22 } },
          { link: 17, counts: { replay: 3 } },
        ],
      },
      { index: 1, uuid: 'GPU-b', links: [{ link: 0, counts: { malformed_packet: 4 } }] },
    ],
  })
})

test('a host without NVLink has none, and another text is a failure', (t) => {
  t.deepEqual(parseNvLinkErrors('\n'), { ok: true, value: [] })
  t.false(parseNvLinkErrors("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.").ok)
  fc.assert(fc.property(fc.string(), (text) => typeof parseNvLinkErrors(text).ok === 'boolean'))
})
