import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { hardwareNics, nicRingAccess, parseRings } from '../../../agent/tune/live/nic-ring.ts'
import { nicCheckObserver, parsePause, parsePfc } from '../../../agent/tune/observers/nic-check.ts'
import { placesAt } from '../../../agent/tune/places.ts'
import { runProgram } from '../../../agent/tune/run-program.ts'
import { isInstalled } from '../../lab/requires.ts'
import { scratchDirectory } from '../../support/scratch.ts'
import { noSignal, setting, writeHost } from './scratch-host.ts'

const environment = { PATH: process.env.PATH ?? '' }

/** ethtool 6.1 on an mlx5 card. */
const mlx5 = `Ring parameters for ens1f0np0:
Pre-set maximums:
RX:		8192
RX Mini:	n/a
RX Jumbo:	n/a
TX:		8192
Current hardware settings:
RX:		1024
RX Mini:	n/a
RX Jumbo:	n/a
TX:		512
RX Buf Len:		n/a
`

test('the size of a ring is read with the most that the card can do', (t) => {
  t.deepEqual(parseRings(mlx5, 'rx'), { state: 'value', value: '1024', limit: '8192' })
  t.deepEqual(parseRings(mlx5, 'tx'), { state: 'value', value: '512', limit: '8192' })
  t.is(parseRings('Ring parameters for x:\nPre-set maximums:\nRX:\t\tn/a\nTX:\t\tn/a\n', 'rx').state, 'absent')
  t.is(parseRings('', 'rx').state, 'absent')
})

test('flow control is read as the programs print it', (t) => {
  t.is(parsePfc('prio-pfc 0:off 1:off 2:off 3:on 4:off 5:on 6:off 7:off\n'), '3,5')
  t.is(parsePfc('prio-pfc 0:off 1:off\n'), 'none')
  t.is(parsePause('Pause parameters for eth0:\nAutonegotiate:\toff\nRX:\t\ton\nTX:\t\toff\n'), 'on')
  t.is(parsePause('Pause parameters for eth0:\nAutonegotiate:\ton\nRX:\t\toff\nTX:\t\toff\n'), 'off')
})

test('only hardware that is up is looked at, and RDMA cards are advised on, never changed', async (t) => {
  await using scratch = await scratchDirectory()
  await writeHost(scratch.path, {
    '/sys/class/net/ib0/operstate': 'up\n',
    '/sys/class/net/ib0/mtu': '1500\n',
    '/sys/class/net/ib0/device/infiniband/mlx5_0/x': '',
    ...Object.fromEntries(
      [0, 1, 2, 3, 4, 5, 6, 7].flatMap((priority) => [
        [`/sys/class/net/ib0/ecn/roce_np/enable/${priority}`, priority >= 3 ? '1\n' : '0\n'],
        [`/sys/class/net/ib0/ecn/roce_rp/enable/${priority}`, priority === 3 ? '1\n' : '0\n'],
      ]),
    ),
    '/sys/class/net/down0/operstate': 'down\n',
    '/sys/class/net/down0/device/x': '',
    '/sys/class/net/veth0/operstate': 'up\n',
  })
  const places = placesAt(scratch.path)
  t.deepEqual(await hardwareNics(places), ['ib0'])
  const advice = (key: string, value: string) => setting(key, value, { kind: 'nic-check', comparison: 'advise' })
  const [mtu, ecn, unknown] = await nicCheckObserver(places, { environment })(
    [advice('mtu', '4200'), advice('ecn', '3'), advice('what', '1')],
    noSignal,
  )
  t.deepEqual(mtu?.live, [{ device: 'ib0', reading: { state: 'value', value: '1500' } }])
  t.regex(mtu?.note ?? '', /ib0 1500; card and switch must be changed together/)
  t.deepEqual(ecn?.live[0]?.reading, { state: 'value', value: '3' })
  t.is(unknown?.live[0]?.reading.state, 'unreadable')
})

test('a host without RDMA has nothing to be advised on', async (t) => {
  await using scratch = await scratchDirectory()
  await mkdir(join(scratch.path, 'sys/class/net'), { recursive: true })
  const [only] = await nicCheckObserver(placesAt(scratch.path), { environment })(
    [setting('mtu', '4200', { kind: 'nic-check', comparison: 'advise' })],
    noSignal,
  )
  t.deepEqual(only?.live, [])
  t.regex(only?.note ?? '', /no network card of this host that is up has RDMA/)
})

test('a missing program is named', async (t) => {
  const { ok, why } = await runProgram('hostler-has-no-such-program', [], { environment })
  t.false(ok)
  t.is(why, 'hostler-has-no-such-program is not installed')
})

const realTest = isInstalled('ethtool') ? test : test.skip

realTest('the rings of this machine’s own card are read by the real ethtool', async (t) => {
  const access = nicRingAccess(placesAt(''), { environment })
  for (const nic of await access.devices('rx')) {
    t.true((await readdir('/sys/class/net')).includes(nic))
    const reading = await access.read('rx', nic)
    t.true(
      reading.state === 'absent' || (reading.state === 'value' && Number(reading.value) <= Number(reading.limit)),
      JSON.stringify(reading),
    )
  }
})
