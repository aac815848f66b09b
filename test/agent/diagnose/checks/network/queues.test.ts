import test from 'ava'
import { acceptQueue, judgeQueues } from '../../../../../agent/diagnose/checks/network/accept-queue.ts'
import { conntrack, judgeConntrack } from '../../../../../agent/diagnose/checks/network/conntrack.ts'
import { growthOf } from '../../../../../agent/diagnose/checks/network/growth.ts'
import { paired } from '../../../../../agent/observe/metrics/network.ts'
import { happened } from '../../../../../shared/diagnosis/found.ts'
import { createLab } from '../../../../lab/lab.ts'
import { labTest } from '../../../../lab/requires.ts'
import { eventually } from '../../../../lab/wait.ts'
import { capturedHost, checkContext, neverAborted } from '../../../../support/check-context.ts'
import { runOn } from './in-namespace.ts'

const onHosts = labTest(test, { root: true, programs: ['python3'] })

/** Listens with room for two connections, takes none up, and has eight tried. */
const crowded = `
import socket, time
listener = socket.socket(); listener.bind(('127.0.0.1', 0)); listener.listen(1)
tries = []
for _ in range(8):
    one = socket.socket(); one.setblocking(False); one.connect_ex(listener.getsockname()); tries.append(one)
print('ready', flush=True)
time.sleep(600)
`

onHosts('a listener that takes nothing up is found full, and the connections that were dropped are counted', async (t) => {
  await using lab = await createLab()
  const host = await lab.addHost()
  await using crowd = await host.spawn('python3', ['-c', crowded])
  await crowd.outputs(/ready/, 10_000)
  const netstat = async () => (await host.exec('cat', ['/proc/net/netstat'])).stdout
  const text = await eventually(
    async () => {
      const now = await netstat()
      return (paired(now, 'TcpExt:').get('ListenOverflows') ?? 0) > 0 && now
    },
    { deadlineMs: 10_000, what: 'a connection to be dropped' },
  )
  const series = () => [{ name: 'hostler_tcp_listen_overflows_total', labels: {}, atUnixMs: [1_000], values: [0] }]
  const context = await capturedHost(t, { '/proc/net/netstat': text }, { ...runOn(lab, host), fromUnixMs: 0, series })
  const { findings } = await acceptQueue.run(context, neverAborted)
  t.deepEqual(
    findings.map(({ code, verdict }) => [code, verdict]),
    [
      ['network.accept-queue', 'WARNING'],
      ['network.accept-queue-full', 'CRITICAL'],
    ],
  )
  t.like(findings[1], { params: { waiting: 2, backlog: 1 } })
})

test('what overflowed before the window is a hint, and a queue that is only busy is none', (t) => {
  const listener = { port: 80, waiting: 100, backlog: 128, line: 'LISTEN 100 128 0.0.0.0:80 0.0.0.0:*' }
  t.deepEqual(judgeQueues({ sinceBoot: 0, inWindow: 0 }, [listener]).findings, [])
  t.like(judgeQueues({ sinceBoot: 9, inWindow: 0 }, []).findings[0], { verdict: 'INFO', params: { overflows: 9, sinceBoot: true } })
})

test('a kernel that does not count overflows is not called well', async (t) => {
  const context = await capturedHost(t, { '/proc/net/netstat': 'TcpExt: SyncookiesSent\nTcpExt: 0\n' })
  await t.throwsAsync(acceptQueue.run(context, neverAborted), { message: /does not count ListenOverflows/ })
})

test('a counter is followed over the window, and one that was reset starts anew', (t) => {
  const series = (values: (number | null)[]) => [{ name: 'x', labels: {}, atUnixMs: values.map((_, index) => index * 10), values }]
  t.is(growthOf(series([5, 7, null, 9]), 0, 12), 7)
  t.is(growthOf(series([5, 7, 2]), 0, 3), 5)
  t.is(growthOf(series([5, 7, 9]), 15, 12), 3)
  t.is(growthOf(series([5]), 15, 12), undefined)
  t.is(growthOf([], 0, 12), undefined)
})

test('connection tracking is judged by its share, and by the line of the kernel', async (t) => {
  const full = happened('kernel.conntrack-full', {
    ...{ atUnixMs: 1, source: 'kernel', subject: 'host', params: {} },
    line: 'nf_conntrack: nf_conntrack: table full, dropping packet',
  })
  t.deepEqual(judgeConntrack(900, 1000, [], 90).findings, [])
  t.like(judgeConntrack(901, 1000, [], 90).findings[0], { code: 'network.conntrack-nearly-full', verdict: 'WARNING' })
  t.like(judgeConntrack(10, 1000, [full], 90).findings[0], { code: 'network.conntrack-full', verdict: 'CRITICAL', params: { lines: 1 } })
  const without = await conntrack.run(await capturedHost(t, {}), neverAborted)
  t.deepEqual(without.findings, [])
  t.regex(without.looked[0]?.lines[0] ?? '', /not tracked/)
  t.deepEqual((await conntrack.run(checkContext(), neverAborted)).findings, [])
})
