import test from 'ava'
import { gateway, judgeGateway } from '../../../../../agent/diagnose/checks/network/gateway.ts'
import { createLab } from '../../../../lab/lab.ts'
import { labTest } from '../../../../lab/requires.ts'
import { checkContext, neverAborted } from '../../../../support/check-context.ts'
import { runOn } from './in-namespace.ts'

const onHosts = labTest(test, { root: true })

onHosts('a gateway that answers is well, a cut first hop is critical, and no gateway is no fault', async (t) => {
  await using lab = await createLab()
  const host = await lab.addHost()
  const context = checkContext(runOn(lab, host))
  t.deepEqual((await gateway.run(context, neverAborted)).looked, [{ source: 'ip -j route show default', lines: ['no gateway'] }])

  await host.exec('ip', ['route', 'add', 'default', 'via', lab.gateway])
  t.deepEqual((await gateway.run(context, neverAborted)).findings, [])

  await host.link.cut()
  await host.exec('ip', ['neighbour', 'flush', 'all'])
  const { findings } = await gateway.run(context, neverAborted)
  t.is(findings.length, 1)
  t.like(findings[0], {
    code: 'network.gateway-silent',
    verdict: 'CRITICAL',
    params: { gateway: lab.gateway, device: 'eth0', resolved: false },
  })
})

test('loss above the threshold is named with its figure; a gateway that resolves and is silent may be told to be', (t) => {
  const latency = { sent: 100, received: 95, lossPercent: 5, minMs: 1, averageMs: 1, maxMs: 1, deviationMs: 0 }
  const seen = { gateway: '10.0.0.1', device: 'eth0', resolved: true, lines: ['100 packets transmitted, 95 received'] }
  t.like(judgeGateway({ ...seen, latency }, 1).findings[0], {
    code: 'network.gateway-loss',
    verdict: 'WARNING',
    params: { lossPercent: 5 },
  })
  t.deepEqual(judgeGateway({ ...seen, latency }, 6).findings, [])
  const silent = { ...latency, received: 0, lossPercent: 100 }
  t.like(judgeGateway({ ...seen, latency: silent }, 1).findings[0], { code: 'network.gateway-silent', verdict: 'INFO' })
})
