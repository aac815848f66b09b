import test from 'ava'
import fc from 'fast-check'
import { bonds, judgeBonds, parseBond } from '../../../../../agent/diagnose/checks/network/bonds.ts'
import { type Card, cards, judgeCards } from '../../../../../agent/diagnose/checks/network/cards.ts'
import { capturedHost, checkContext, neverAborted } from '../../../../support/check-context.ts'

/** Written by the kernel's documentation of the bonding driver, not captured. */
const bondFile = (miimon: number, secondStatus: string) => `Ethernet Channel Bonding Driver: v6.1.0

Bonding Mode: IEEE 802.3ad Dynamic link aggregation
Transmit Hash Policy: layer3+4 (1)
MII Status: up
MII Polling Interval (ms): ${miimon}
Up Delay (ms): 0
Down Delay (ms): 0
Peer Notification Delay (ms): 0

802.3ad info
LACP active: on
LACP rate: fast

Slave Interface: ens1f0
MII Status: up
Speed: 25000 Mbps
Duplex: full
Link Failure Count: 0

Slave Interface: ens1f1
MII Status: ${secondStatus}
Speed: Unknown
Duplex: Unknown
Link Failure Count: 3
`

test('a bond is read with its members, and each fault of it is told apart', async (t) => {
  t.deepEqual(parseBond(bondFile(100, 'up')), {
    miimonMs: 100,
    arpWatched: false,
    members: [
      { name: 'ens1f0', up: true },
      { name: 'ens1f1', up: true },
    ],
  })
  const context = await capturedHost(t, {
    '/proc/net/bonding/bond0': bondFile(0, 'down'),
    '/sys/class/net/bond0/mtu': '9000\n',
    '/sys/class/net/ens1f0/mtu': '9000\n',
    '/sys/class/net/ens1f1/mtu': '1500\n',
  })
  const { findings } = await bonds.run(context, neverAborted)
  t.deepEqual(
    findings.map(({ code, verdict }) => [code, verdict]),
    [
      ['network.bond-unwatched', 'WARNING'],
      ['network.bond-member-down', 'WARNING'],
      ['network.bond-mtu-differs', 'CRITICAL'],
    ],
  )
  t.like(findings[1], { params: { member: 'ens1f1', up: 1, members: 2 } })
  t.like(findings[2], { params: { member: 'ens1f1', memberMtu: 1500, bondMtu: 9000 } })
})

test('a bond in order is well, one with a single link is not, and a host without bonds has no fault', async (t) => {
  const whole = { ...parseBond(bondFile(100, 'up')), name: 'bond0', mtuBytes: 1500, memberMtus: { ens1f0: 1500, ens1f1: 1500 } }
  t.deepEqual(judgeBonds([whole]).findings, [])
  t.like(judgeBonds([{ ...whole, members: whole.members.slice(0, 1) }]).findings[0], { code: 'network.bond-lone', params: { members: 1 } })
  t.deepEqual((await bonds.run(await capturedHost(t, {}), neverAborted)).findings, [])
})

test('no text makes the reader of bonds throw', (t) => {
  const line = fc.constantFrom(
    'Slave Interface: ',
    'MII Status: up',
    'MII Polling Interval (ms): x',
    'Slave Interface: a\nMII Status: down',
  )
  fc.assert(fc.property(fc.array(fc.oneof(line, fc.string())), (lines) => parseBond(lines.join('\n')).miimonMs >= 0))
  t.pass()
})

const card: Card = {
  device: 'ens1f0',
  driver: 'mlx5_core',
  up: true,
  speedMbps: 100_000,
  duplex: 'full',
  carrierChanges: 2,
  packets: 1_000_000,
  errors: {},
}

test('errors count by their share of packets, and a card that is down is left alone', (t) => {
  t.deepEqual(judgeCards([card]).findings, [])
  t.deepEqual(judgeCards([{ ...card, errors: { rx_crc_errors: 9 } }]).findings, [])
  t.deepEqual(judgeCards([{ ...card, packets: 1e9, errors: { rx_crc_errors: 500 } }]).findings, [])
  const bad = { ...card, errors: { rx_crc_errors: 500 } }
  t.like(judgeCards([bad]).findings[0], { code: 'network.card-errors', params: { counter: 'rx_crc_errors', count: 500 } })
  t.deepEqual(judgeCards([{ ...bad, up: false }]).findings, [])
})

test('a card slower than its like, at half duplex or flapping is named', (t) => {
  const slow = { ...card, device: 'ens1f1', speedMbps: 10_000 }
  t.like(judgeCards([card, slow]).findings[0], { code: 'network.card-slow', subject: 'nic/ens1f1', params: { othersMbps: 100_000 } })
  t.deepEqual(judgeCards([card, { ...slow, driver: 'igb' }]).findings, [])
  t.is(judgeCards([{ ...card, duplex: 'half' }]).findings[0]?.code, 'network.card-half-duplex')
  t.is(judgeCards([{ ...card, carrierChanges: 40 }]).findings[0]?.code, 'network.card-flapping')
})

test('the cards of this machine are read', async (t) => {
  const { findings, looked } = await cards.run(checkContext(), neverAborted)
  t.deepEqual(
    findings.filter(({ verdict }) => verdict === 'UNKNOWN'),
    [],
  )
  t.is(looked[0]?.source, '/sys/class/net')
})
