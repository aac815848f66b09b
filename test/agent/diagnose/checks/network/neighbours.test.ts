import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { judgeStates, parseNeighbours } from '../../../../../agent/diagnose/checks/network/neighbour-states.ts'
import { judgeTable, type NeighbourTable } from '../../../../../agent/diagnose/checks/network/neighbour-tables.ts'
import { neighbours } from '../../../../../agent/diagnose/checks/network/neighbours.ts'
import { neighbours as parseStatistics } from '../../../../../agent/observe/metrics/network.ts'
import { happened } from '../../../../../shared/diagnosis/found.ts'
import { createLab } from '../../../../lab/lab.ts'
import { hostNamespace } from '../../../../lab/network.ts'
import { run, startProcess } from '../../../../lab/process.ts'
import { labTest } from '../../../../lab/requires.ts'
import { eventually } from '../../../../lab/wait.ts'
import { capturedHost, checkContext, neverAborted } from '../../../../support/check-context.ts'
import { lowerThresholds } from '../../network/neighbour-thresholds.ts'

const onHosts = labTest(test.serial, { root: true })
const limits = { neighbourTablePercent: 80 }

const kernelLines = async (): Promise<string[]> =>
  (await run('dmesg', [])).stdout.split('\n').filter((line) => line.includes('neighbor table overflow'))

onHosts('a table that overflows is found by the counter and by the line of the kernel', async (t) => {
  await using lab = await createLab()
  const host = await lab.addHost()
  const statistics = () => parseStatistics(readFileSync('/proc/net/stat/arp_cache', 'utf8'))
  const before = statistics()?.tableFulls ?? 0
  const linesBefore = await kernelLines()
  const fromUnixMs = Date.now()
  const old = readFileSync('/proc/sys/net/ipv4/neigh/default/gc_thresh3', 'utf8')
  {
    // More than others on this machine need meanwhile; entries of the past five seconds cannot be collected.
    await using lowered = await lowerThresholds(100)
    const commands = Array.from(
      { length: 400 },
      (_, index) => `neighbour add 10.97.${1 + (index >> 8)}.${index & 255} lladdr 02:00:00:00:00:01 nud reachable dev eth0`,
    )
    const namespace = hostNamespace(lab.runId, host.name)
    await run('ip', ['-n', namespace, '-force', '-batch', '-'], { input: `${commands.join('\n')}\n`, accept: [0, 1, 2] })
    const after = statistics()?.tableFulls ?? 0
    t.true(after > before, `${before} -> ${after}`)

    const kept = { name: 'hostler_neighbour_table_fulls_total', labels: { family: 'ipv4' }, atUnixMs: [fromUnixMs], values: [before] }
    const lines = (await kernelLines()).slice(linesBefore.length)
    const events = lines.map((line) =>
      happened('kernel.neighbour-overflow', {
        atUnixMs: Date.now(),
        source: 'kernel',
        subject: 'host',
        params: { table: 'arp_cache' },
        line,
      }),
    )
    const context = checkContext({
      fromUnixMs,
      events: () => events,
      series: (name, labels) => (name === kept.name && labels?.family === 'ipv4' ? [kept] : []),
    })
    const { findings } = await neighbours.run(context, neverAborted)
    const overflow = findings.find(({ code }) => code === 'network.neighbour-overflow')
    t.like(overflow, { verdict: 'CRITICAL', params: { family: 'ipv4', sinceBoot: false, gcThresh3: lowered.gcThresh3 } })
    t.true(Number(overflow?.params.overflows) >= 1)
    t.true(lines.length > 0, 'the kernel said so')
    t.true(overflow?.evidence.some(({ source, lines }) => source === '/dev/kmsg' && lines.some((line) => line.includes('arp_cache'))))
  }
  t.is(readFileSync('/proc/sys/net/ipv4/neigh/default/gc_thresh3', 'utf8'), old)
})

onHosts('thresholds that a killed test lowered are put back', async (t) => {
  const now = () => readFileSync('/proc/sys/net/ipv4/neigh/default/gc_thresh3', 'utf8').trim()
  const old = now()
  // Enough that nobody else on this machine notices.
  await using killed = await startProcess(process.execPath, [join(import.meta.dirname, '../../network/killed-thresholds.ts'), '600'])
  const [, lowered] = await killed.outputs(/lowered to (\d+)/, 10_000)
  t.is(now(), lowered ?? '')
  killed.kill('SIGKILL')
  await eventually(() => now() === old, { deadlineMs: 5_000, what: 'the thresholds to be as before' })
})

const table: NeighbourTable = { family: 'ipv4', entries: 500, gcThresh3: 1024, fulls: 0, fullsInWindow: 0, statistics: 'entries …' }

test('a table is well, nearly full, overflowing, or was so before: each is told apart', (t) => {
  t.deepEqual(judgeTable(table, [], limits), [])
  t.like(judgeTable({ ...table, entries: 900 }, [], limits)[0], { code: 'network.neighbours-nearly-full', verdict: 'WARNING' })
  t.like(judgeTable({ ...table, fulls: 40, fullsInWindow: 7 }, [], limits)[0], {
    verdict: 'CRITICAL',
    params: { overflows: 7, sinceBoot: false },
  })
  const past = judgeTable({ ...table, fulls: 40, fullsInWindow: 0 }, [], limits)[0]
  t.like(past, { verdict: 'INFO', params: { overflows: 40, sinceBoot: true } })
  t.is(past?.ruledOut[0]?.cause, 'network.table-has-room')
  t.like(judgeTable({ ...table, fulls: undefined, fullsInWindow: undefined, entries: 1024 }, [], limits)[0], {
    code: 'network.neighbours-nearly-full',
  })
})

test('hexadecimal rows, one a processor, are added up, and a host without IPv6 has one table', async (t) => {
  const statistics = [
    'entries  allocs   destroys hash_grows lookups  hits     res_failed rcv_probes_mcast rcv_probes_ucast periodic_gc_runs forced_gc_runs unresolved_discards table_fulls',
    '000003ff 0000002b 00000030 00000001   0000005d 00000009 00000002   00000000         00000000         00000085         00000000       00000000            0000000a',
    '000003ff 00000038 00000031 00000001   000000ab 00000015 00000000   00000000         00000000         00000000         00000000       00000000            00000010',
  ].join('\n')
  const context = await capturedHost(
    t,
    { '/proc/net/stat/arp_cache': `${statistics}\n`, '/proc/sys/net/ipv4/neigh/default/gc_thresh3': '1024\n' },
    { run: async () => ({ kind: 'exited', code: 0, output: '[]' }) },
  )
  const { findings } = await neighbours.run(context, neverAborted)
  t.is(findings.length, 1)
  t.like(findings[0], { code: 'network.neighbour-overflow', verdict: 'WARNING', params: { overflows: 26, entries: 1023, sinceBoot: true } })
})

test('a table that cannot be read is UNKNOWN, never well', async (t) => {
  const context = await capturedHost(t, {}, { run: async () => ({ kind: 'not-started', errno: 'ENOENT', message: 'spawn ip ENOENT' }) })
  const { findings } = await neighbours.run(context, neverAborted)
  t.deepEqual(
    findings.map(({ code, verdict }) => [code, verdict]),
    [
      ['looking.unreadable', 'UNKNOWN'],
      ['looking.program-missing', 'UNKNOWN'],
    ],
  )
})

test('neighbours that do not answer are counted, a few as a hint and many as a warning', (t) => {
  const known = parseNeighbours(
    '[{"dst":"10.0.0.1","dev":"eth0","lladdr":"02:00:00:00:00:01","state":["REACHABLE"]},{"dst":"10.0.0.7","dev":"eth0","state":["INCOMPLETE"]},{"dst":"10.0.0.8","dev":"eth0","state":["FAILED"]}]',
  )
  t.is(known?.length, 3)
  t.like(judgeStates(known ?? [])[0], { verdict: 'INFO', params: { count: 2, addresses: ['10.0.0.7', '10.0.0.8'] } })
  const many = Array.from({ length: 12 }, (_, index) => ({ address: `10.0.1.${index}`, device: 'eth0', mac: '', states: ['FAILED'] }))
  t.like(judgeStates(many)[0], { verdict: 'WARNING', params: { count: 12 } })
  t.deepEqual(judgeStates([]), [])
  t.is(parseNeighbours('Usage: ip neighbour'), undefined)
})
