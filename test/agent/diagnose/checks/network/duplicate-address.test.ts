import test from 'ava'
import { duplicateAddress, judgeReplies, parseReplies } from '../../../../../agent/diagnose/checks/network/duplicate-address.ts'
import { createLab } from '../../../../lab/lab.ts'
import { labTest } from '../../../../lab/requires.ts'
import { checkContext, neverAborted } from '../../../../support/check-context.ts'
import { runOn } from './in-namespace.ts'

const onHosts = labTest(test, { root: true, programs: ['arping'] })

onHosts('a second host with the same address is found with its hardware address, and one alone is well', async (t) => {
  await using lab = await createLab()
  const [first, second] = await lab.addHosts(2)
  if (!first || !second) return t.fail()
  const context = checkContext(runOn(lab, first))
  const alone = await duplicateAddress.run(context, neverAborted)
  t.deepEqual(alone.findings, [])
  t.true(alone.looked[0]?.lines.some((line) => line.startsWith('Sent 3 probes')))

  await second.exec('ip', ['address', 'add', `${first.address}/24`, 'dev', 'eth0'])
  const mac = (await second.exec('cat', ['/sys/class/net/eth0/address'])).stdout.trim()
  const { findings } = await duplicateAddress.run(context, neverAborted)
  t.is(findings.length, 1)
  t.like(findings[0], {
    code: 'network.duplicate-address',
    verdict: 'CRITICAL',
    params: { address: first.address, device: 'eth0', macs: [mac] },
  })
})

test('replies are told apart by hardware address, and each is named once', (t) => {
  const output = [
    'ARPING 10.99.0.1 from 0.0.0.0 e0',
    'Unicast reply from 10.99.0.1 [D6:4F:EE:BC:FC:67]  0.582ms',
    'Unicast reply from 10.99.0.1 [D6:4F:EE:BC:FC:67]  0.535ms',
    'Sent 1 probes (1 broadcast(s))',
    'Received 2 response(s)',
  ].join('\n')
  t.deepEqual(parseReplies(output), ['d6:4f:ee:bc:fc:67'])
  t.is(judgeReplies('10.99.0.1', 'e0', output).findings.length, 1)
  t.deepEqual(judgeReplies('10.99.0.1', 'e0', 'Sent 3 probes (3 broadcast(s))\nReceived 0 response(s)\n').findings, [])
})

test('without arping the package that brings it is named, and nothing passes', async (t) => {
  const context = checkContext({
    address: '10.0.0.1',
    run: async (program) =>
      program === 'ip'
        ? { kind: 'exited', code: 0, output: '[{"ifname":"eth0","flags":["BROADCAST","UP"]}]' }
        : { kind: 'not-started', errno: 'ENOENT', message: 'spawn arping ENOENT' },
  })
  const { findings } = await duplicateAddress.run(context, neverAborted)
  t.like(findings[0], { code: 'looking.program-missing', verdict: 'UNKNOWN', params: { program: 'arping', package: 'iputils-arping' } })
})
