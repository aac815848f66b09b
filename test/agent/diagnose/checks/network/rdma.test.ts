import test from 'ava'
import { judgeRdma, rdma } from '../../../../../agent/diagnose/checks/network/rdma.ts'
import { readPorts } from '../../../../../agent/diagnose/checks/network/rdma-ports.ts'
import { thresholds } from '../../../../../shared/diagnosis/thresholds.ts'
import { capturedHost, neverAborted } from '../../../../support/check-context.ts'

const limits = thresholds.parse({})

/** Trees of /sys/class/infiniband, written by the kernel's documentation (sysfs-class-infiniband), not captured. */
const tree = (state: string, physState: string, counters: Readonly<Record<string, number>>): Record<string, string> => {
  const port = '/sys/class/infiniband/mlx5_0/ports/1'
  return {
    '/proc/uptime': '36000.00 70000.00\n',
    [`${port}/state`]: `${state}\n`,
    [`${port}/phys_state`]: `${physState}\n`,
    [`${port}/link_layer`]: 'Ethernet\n',
    ...Object.fromEntries(Object.entries(counters).map(([path, count]) => [`${port}/${path}`, `${count}\n`])),
  }
}

test('a port is read with what it counts, and what it does not count is absent', async (t) => {
  const { files } = await capturedHost(
    t,
    tree('4: ACTIVE', '5: LinkUp', { 'counters/symbol_error': 3, 'hw_counters/roce_slow_restart': 0 }),
  )
  t.deepEqual(await readPorts(files), [
    { port: 'mlx5_0/1', state: 'ACTIVE', physState: 'LinkUp', linkLayer: 'Ethernet', counters: { symbol_error: 3, roce_slow_restart: 0 } },
  ])
})

test('a port that is down is critical, and one that was switched off is a hint', async (t) => {
  const down = await rdma.run(await capturedHost(t, tree('1: DOWN', '6: LinkErrorRecovery', {})), neverAborted)
  t.like(down.findings[0], { code: 'network.rdma-down', verdict: 'CRITICAL', subject: 'rdma/mlx5_0/1', params: { state: 'DOWN' } })
  const off = await rdma.run(await capturedHost(t, tree('1: DOWN', '3: Disabled', {})), neverAborted)
  t.like(off.findings[0], { verdict: 'INFO' })
  t.deepEqual((await rdma.run(await capturedHost(t, {}), neverAborted)).findings, [])
})

const port = (counters: Readonly<Record<string, number>>) => ({
  port: 'mlx5_0/1',
  state: 'ACTIVE',
  physState: 'LinkUp',
  linkLayer: 'Ethernet',
  counters,
})
const hour = 3_600_000

test('each counter has a rate of its own: symbol errors an hour, recoveries a minute, slow restarts a second', (t) => {
  const long = { atMs: 0, ports: [port({ symbol_error: 100, link_error_recovery: 0, link_downed: 1 })] }
  const moment = { atMs: hour - 2_000, ports: [port({ roce_slow_restart: 1_000 })] }
  const judge = (counters: Readonly<Record<string, number>>) =>
    judgeRdma({ atMs: hour, ports: [port(counters)] }, { moment, long }, limits).findings
  t.deepEqual(judge({ symbol_error: 220, link_error_recovery: 300, link_downed: 1, roce_slow_restart: 1_020 }), [])
  t.like(judge({ symbol_error: 221 })[0], { params: { counter: 'symbol_error', count: 121, per: 'hour', threshold: 120 } })
  t.like(judge({ link_error_recovery: 301 })[0], { params: { counter: 'link_error_recovery', per: 'minute' } })
  t.like(judge({ roce_slow_restart: 1_021 })[0], { params: { counter: 'roce_slow_restart', per: 'second', count: 21 } })
  t.like(judge({ link_downed: 2 })[0], { params: { counter: 'link_downed', count: 1 } })
  t.like(judge({ rnr_nak_retry_err: 1 })[0], { params: { counter: 'rnr_nak_retry_err' } })
})

test('a counter that was reset counts from nothing', (t) => {
  const long = { atMs: 0, ports: [port({ symbol_error: 5_000 })] }
  t.deepEqual(judgeRdma({ atMs: hour, ports: [port({ symbol_error: 10 })] }, { moment: long, long }, limits).findings, [])
})
