import test from 'ava'
import { judgeMtu, pathMtuToController } from '../../../../../agent/diagnose/checks/network/path-mtu.ts'
import { createLab } from '../../../../lab/lab.ts'
import { labTest } from '../../../../lab/requires.ts'
import { capturedHost, checkContext, neverAborted } from '../../../../support/check-context.ts'
import { runOn } from './in-namespace.ts'

const onHosts = labTest(test, { root: true })

onHosts('a controller behind a smaller MTU is a black hole, with the size that passes; the same MTU is well', async (t) => {
  await using lab = await createLab()
  const [host, controller] = await lab.addHosts(2)
  if (!host || !controller) return t.fail()
  const context = await capturedHost(
    t,
    { '/sys/class/net/eth0/mtu': '1500\n' },
    { ...runOn(lab, host), controllerHost: controller.address },
  )
  t.deepEqual((await pathMtuToController.run(context, neverAborted)).findings, [])

  await controller.exec('ip', ['link', 'set', 'eth0', 'mtu', '1300'])
  const { findings } = await pathMtuToController.run(context, neverAborted)
  t.like(findings[0], { code: 'network.path-mtu', verdict: 'CRITICAL', params: { interfaceBytes: 1500, announced: false, device: 'eth0' } })
  const largest = Number(findings[0]?.params.largestBytes)
  t.true(largest >= 1300 && largest <= 1304, `${largest}`)
})

onHosts('a router that says what it can take is no black hole', async (t) => {
  await using lab = await createLab()
  const [host, router, controller] = await lab.addHosts(3)
  if (!host || !router || !controller) return t.fail()
  // The controller lies behind the router, on a cable that takes less.
  const names = [router, controller].map(({ name }) => `hl-${lab.runId}-${name}`) as [string, string]
  const ip = (where: string, ...args: string[]) => lab.spawn('ip', ['-n', where, ...args]).then(({ exited }) => exited)
  await ip(names[0], 'link', 'add', 'far0', 'mtu', '1400', 'type', 'veth', 'peer', 'name', 'far0', 'mtu', '1400', 'netns', names[1])
  await router.exec('sysctl', ['-qw', 'net.ipv4.ip_forward=1'])
  for (const [name, address] of [
    [names[0], '10.98.0.1/24'],
    [names[1], '10.98.0.2/24'],
  ] as const) {
    await ip(name, 'address', 'add', address, 'dev', 'far0')
    await ip(name, 'link', 'set', 'far0', 'up')
  }
  await ip(names[1], 'route', 'add', `${host.address}/32`, 'via', '10.98.0.1')
  await host.exec('ip', ['route', 'add', '10.98.0.0/24', 'via', router.address])
  const context = await capturedHost(t, { '/sys/class/net/eth0/mtu': '1500\n' }, { ...runOn(lab, host), controllerHost: '10.98.0.2' })
  const { findings } = await pathMtuToController.run(context, neverAborted)
  t.like(findings[0], { code: 'network.path-mtu', verdict: 'INFO', params: { announced: true, largestBytes: 1400 } })
})

test('a controller on the same host, and one that answers no ping, say nothing of sizes', async (t) => {
  const { findings, looked } = await pathMtuToController.run(checkContext({ controllerHost: '127.0.0.1' }), neverAborted)
  t.deepEqual(findings, [])
  t.regex(looked[0]?.lines[0] ?? '', /on this host/)
  const silent = { interfaceBytes: 1500, peerInterfaceBytes: null, passes: false, largestPassingBytes: null, announcedBytes: null }
  t.deepEqual(judgeMtu('10.0.0.1', 'eth0', silent, []).findings, [])
})
