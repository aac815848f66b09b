import test from 'ava'
import { pathMtu } from '../../../../agent/diagnose/network/path-mtu.ts'
import { ping } from '../../../../agent/diagnose/network/ping.ts'
import { createLab } from '../../../lab/lab.ts'
import { labTest } from '../../../lab/requires.ts'
import { checkContext, neverAborted } from '../../../support/check-context.ts'
import { runOn } from '../checks/network/in-namespace.ts'

const onHosts = labTest(test, { root: true })
const withBusybox = labTest(test, { root: true, programs: ['busybox'] })

onHosts('a user who may not ping as often pings fewer packets instead of none', async (t) => {
  await using lab = await createLab()
  const host = await lab.addHost()
  const { run } = runOn(lab, host)
  const tried: string[] = []
  const asNobody = checkContext({
    run: (program, args, deadlineMs, signal) => {
      tried.push(args[args.indexOf('-i') + 1] ?? '')
      return run('setpriv', ['--reuid', 'nobody', '--', program, ...args], deadlineMs, signal)
    },
  })
  await host.exec('sysctl', ['-qw', 'net.ipv4.ping_group_range=0 2147483647'])
  const pinged = await ping(asNobody, { address: lab.gateway, count: 50, intervalMs: 1, limitS: 5 }, neverAborted)
  t.deepEqual(tried, ['0.001', '0.2'])
  t.like(pinged, { kind: 'measured', latency: { sent: 10, received: 10 } })
})

onHosts('a name that does not resolve is a failure with the words of ping, not a measurement', async (t) => {
  await using lab = await createLab()
  const host = await lab.addHost()
  const pinged = await ping(
    checkContext(runOn(lab, host)),
    { address: 'no-such-host.invalid', count: 2, intervalMs: 200, limitS: 3 },
    neverAborted,
  )
  t.like(pinged, { kind: 'problem', problem: { code: 'looking.failed', params: { what: 'ping' } } })
})

withBusybox('the ping of busybox measures without a deviation, and says that it cannot look for the MTU', async (t) => {
  await using lab = await createLab()
  const host = await lab.addHost()
  const { run } = runOn(lab, host)
  const tools = checkContext({ run: (program, args, deadlineMs, signal) => run('busybox', [program, ...args], deadlineMs, signal) })
  const pinged = await ping(tools, { address: lab.gateway, count: 20, intervalMs: 5, limitS: 3 }, neverAborted)
  t.like(pinged, { kind: 'measured', latency: { sent: 20, received: 20, deviationMs: null } })
  const { mtu, problem } = await pathMtu(tools, lab.gateway, 1500, neverAborted)
  t.is(mtu.passes, null)
  t.like(problem, { code: 'looking.failed', params: { what: 'ping', message: "invalid option -- 'M'" } })
})
