import test from 'ava'
import fc from 'fast-check'
import { incidentsOf } from '../../../../controller/domain/incident/incidents.ts'
import type { Placement } from '../../../../controller/domain/incident/placement.ts'
import { sameHostDoubtMs } from '../../../../controller/domain/incident/rules.ts'
import { inOrder } from '../../../../controller/domain/incident/timeline.ts'
import type { EventCode, EventParams } from '../../../../shared/diagnosis/catalogue.ts'
import type { Finding } from '../../../../shared/diagnosis/finding.ts'
import { happened } from '../../../../shared/diagnosis/found.ts'
import type { HostEvent, HostFinding, Incident } from '../../../../shared/diagnosis/report.ts'
import type { Subject } from '../../../../shared/diagnosis/subjects.ts'
import type { EventSource } from '../../../../shared/diagnosis/timeline.ts'

const gpu0 = 'GPU-00000000-0000-4000-8000-000000000000'
const gpu1 = 'GPU-11111111-0000-4000-8000-000000000000'
const gpu2 = 'GPU-22222222-0000-4000-8000-000000000000'
const placement: Placement = new Map([
  ['a-1', { deployment: 'a', host: 'h1', gpuUuids: [gpu0] }],
  ['a-2', { deployment: 'a', host: 'h2', gpuUuids: [gpu2] }],
  ['b-1', { deployment: 'b', host: 'h1', gpuUuids: [gpu1] }],
])
const start = Date.UTC(2026, 0, 31)

const event = <Code extends EventCode>(
  host: string,
  seconds: number,
  source: EventSource,
  code: Code,
  subject: string,
  params: EventParams[Code],
): HostEvent => ({ ...happened(code, { atUnixMs: start + seconds * 1_000, source, subject, params }), host })

const xid = (host: string, seconds: number, gpuUuid: string, code = 79) =>
  event(host, seconds, 'kernel', 'kernel.xid', `gpu/${gpuUuid}`, { code, bus: '0000:1b:00.0', gpuUuid, pid: 1, process: 'python' })
const cudaError = (host: string, seconds: number, replica: string) =>
  event(host, seconds, 'engine', 'engine.cuda-error', `replica/${replica}`, { replica, error: 'unspecified launch failure' })
const ncclTimeout = (host: string, seconds: number, replica: string, timeoutMs = 600_000) =>
  event(host, seconds, 'engine', 'engine.nccl-timeout', `replica/${replica}`, { replica, collective: 'ALLREDUCE', timeoutMs })
const exit = (host: string, seconds: number, replica: string, exitCode = 137) =>
  event(host, seconds, 'container', 'container.exit', `replica/${replica}`, { replica, instance: 'c', exitCode, oomKilled: false })
const oomKill = (host: string, seconds: number, replica: string) =>
  event(host, seconds, 'kernel', 'kernel.oom-kill', replica === '' ? 'host' : `replica/${replica}`, {
    scope: 'cgroup',
    process: 'python',
    pid: 1,
    cgroup: '/x',
    container: 'c',
    replica,
    anonMiB: 1,
  })
const cudaOom = (host: string, seconds: number, replica: string) =>
  event(host, seconds, 'engine', 'engine.cuda-oom', `replica/${replica}`, {
    replica,
    engine: 'vllm',
    phase: 'run',
    gpuUuid: '',
    triedMiB: 1,
    freeMiB: 0,
  })
const linkDown = (host: string, seconds: number) => event(host, seconds, 'kernel', 'kernel.link-down', 'nic/eth0', { nic: 'eth0' })
const overflow = (host: string, seconds: number) =>
  event(host, seconds, 'kernel', 'kernel.neighbour-overflow', 'host', { table: 'arp_cache' })
const drift = (host: string, seconds: number, key: string) =>
  event(host, seconds, 'tuning', 'tuning.drift', 'host', { key, expected: '1', found: '2' })
const finding = (host: string, code: string, subject: string, verdict: Finding['verdict'] = 'WARNING'): HostFinding => ({
  host,
  finding: { code, verdict, subject, params: {}, confidence: 'certain', evidence: [], ruledOut: [] },
})

const solve = (
  events: readonly HostEvent[],
  findings: readonly HostFinding[] = [],
  doubtMs = 50,
  subject: Subject = 'oom',
): readonly Incident[] => incidentsOf({ subject, timeline: inOrder(events), findings, placement, doubtMs: () => doubtMs })

const roots = (incidents: readonly Incident[]) => incidents.map(({ root, events }) => [root.code, root.host, events.length])

test('an Xid, a CUDA error, a collective that times out on the other rank and both exits with 137 are one incident', (t) => {
  const story = [xid('h1', 0, gpu0), cudaError('h1', 2, 'a-1'), exit('h1', 9, 'a-1'), ncclTimeout('h2', 604, 'a-2'), exit('h2', 611, 'a-2')]
  t.deepEqual(roots(solve(story)), [['kernel.xid', 'h1', 5]])
})

test('an OOM kill explains exit code 137, and 137 alone explains nothing', (t) => {
  t.deepEqual(roots(solve([oomKill('h1', 0, 'a-1'), exit('h1', 1, 'a-1')])), [['kernel.oom-kill', 'h1', 2]])
  t.deepEqual(solve([exit('h1', 1, 'a-1')]), [], 'nothing says why')
  const told = solve([exit('h1', 1, 'a-1')], [finding('h1', 'oom.killed-otherwise', 'replica/a-1')])
  t.deepEqual(roots(told), [['container.exit', 'h1', 1]], 'a finding makes it an incident, still without a cause')
})

test('an OOM kill of another replica is ruled out, with why', (t) => {
  const [incident] = solve([oomKill('h1', 0, 'b-1'), cudaOom('h1', 3, 'a-1'), exit('h1', 5, 'a-1')])
  t.is(incident?.root.code, 'engine.cuda-oom')
  t.deepEqual(
    incident?.ruledOut.map(({ cause, params }) => [cause, params.event]),
    [['incident.elsewhere', 'kernel.oom-kill']],
  )
})

test('what comes after is a consequence or ruled out, never the cause', (t) => {
  const [incident, ...others] = solve([cudaError('h1', 0, 'a-1'), exit('h1', 4, 'a-1'), oomKill('h1', 30, 'a-1')])
  t.deepEqual(others, [])
  t.is(incident?.root.code, 'engine.cuda-error')
  t.deepEqual(
    incident?.ruledOut.map(({ cause, params }) => [cause, params.event]),
    [['incident.came-later', 'kernel.oom-kill']],
  )
})

test('a link that failed long before a wait began is not blamed for it, one that failed as it began is', (t) => {
  const timeout = [ncclTimeout('h2', 604, 'a-2'), exit('h2', 611, 'a-2')]
  t.deepEqual(roots(solve([linkDown('h1', -900), ...timeout])), [['engine.nccl-timeout', 'h2', 2]])
  t.deepEqual(roots(solve([linkDown('h1', 0), ...timeout])), [['kernel.link-down', 'h1', 3]])
  t.deepEqual(roots(solve([linkDown('h1', 300), ...timeout])), [['engine.nccl-timeout', 'h2', 2]], 'the wait had begun already')
})

test('Xid 45 is what a process leaves behind, not what ended it', (t) => {
  t.deepEqual(roots(solve([cudaOom('h1', 0, 'a-1'), exit('h1', 2, 'a-1'), xid('h1', 2, gpu0, 45)])), [['engine.cuda-oom', 'h1', 3]])
})

test('faults of two GPUs on one host are two incidents', (t) => {
  const both = solve([xid('h1', 0, gpu0), cudaError('h1', 1, 'a-1'), xid('h1', 2, gpu1, 48), cudaError('h1', 3, 'b-1')], [], 50, 'gpu')
  t.deepEqual(roots(both), [
    ['kernel.xid', 'h1', 2],
    ['kernel.xid', 'h1', 2],
  ])
})

test('a setting that drifted explains what it was for, and nothing else', (t) => {
  const threshold = drift('h1', -3_600, 'net.ipv4.neigh.default.gc_thresh3')
  t.deepEqual(roots(solve([threshold, overflow('h1', 0)], [], 50, 'network')), [['tuning.drift', 'h1', 2]])
  t.deepEqual(solve([drift('h1', -3_600, 'vm.swappiness'), overflow('h1', 0)], [], 50, 'network'), [])
  const backlog = drift('h1', -60, 'net.core.somaxconn')
  const [incident] = solve([backlog], [finding('h1', 'network.accept-queue', 'host')])
  t.is(incident?.root.code, 'tuning.drift')
  t.is(incident?.findings[0]?.finding.code, 'network.accept-queue')
})

test('a crash loop with one fault is one incident', (t) => {
  const rounds = [0, 1, 2, 3].flatMap((round) => [cudaOom('h1', round * 120, 'a-1'), exit('h1', round * 120 + 3, 'a-1')])
  t.deepEqual(roots(solve(rounds)), [['engine.cuda-oom', 'h1', 8]])
})

test('a container that ended as it was told to ends nothing else', (t) => {
  t.deepEqual(solve([exit('h1', 0, 'a-1', 0), ncclTimeout('h2', 604, 'a-2')]), [])
})

test('a clock that may be behind does not hide a cause; one that is known to be right does not invent one', (t) => {
  const events = [
    cudaError('h1', 9, 'a-1'),
    event('h2', 5, 'engine', 'engine.nccl-error', 'replica/a-2', { replica: 'a-2', error: 'remote closed' }),
  ]
  t.deepEqual(roots(solve(events, [], 3_000, 'gpu')), [['engine.cuda-error', 'h1', 2]])
  t.is(solve(events, [], 3_000, 'gpu')[0]?.doubtMs, 6_000)
  t.deepEqual(solve(events, [], 10, 'gpu'), [])
})

const replicas = ['a-1', 'a-2', 'b-1']
const hostOf = (replica: string): string => placement.get(replica)?.host ?? ''
const anyEvent = fc.oneof(
  fc
    .tuple(fc.constantFrom('h1', 'h2'), fc.integer({ min: 0, max: 900 }), fc.constantFrom(gpu0, gpu1, gpu2), fc.constantFrom(79, 45, 48))
    .map((a) => xid(...a)),
  fc
    .tuple(fc.constantFrom(cudaError, ncclTimeout, oomKill, cudaOom), fc.integer({ min: 0, max: 900 }), fc.constantFrom(...replicas))
    .map(([make, at, replica]) => make(hostOf(replica), at, replica)),
  fc
    .tuple(fc.integer({ min: 0, max: 900 }), fc.constantFrom(...replicas), fc.constantFrom(0, 1, 137))
    .map(([at, replica, code]) => exit(hostOf(replica), at, replica, code)),
  fc.tuple(fc.constantFrom('h1', 'h2'), fc.integer({ min: 0, max: 900 })).map((a) => linkDown(...a)),
  fc.tuple(fc.constantFrom('h1', 'h2'), fc.integer({ min: 0, max: 900 })).map((a) => overflow(...a)),
  fc
    .tuple(fc.constantFrom('h1', 'h2'), fc.integer({ min: 0, max: 900 }))
    .map(([h, at]) => drift(h, at, 'net.ipv4.neigh.default.gc_thresh1')),
)
const findings = [
  finding('h1', 'gpu.xid', `gpu/${gpu0}`, 'CRITICAL'),
  finding('h2', 'oom.gpu-memory', 'replica/a-2'),
  finding('h1', 'network.neighbour-overflow', 'host'),
]
const doubtMs = 700

test('the order in which events arrive does not matter', (t) => {
  fc.assert(
    fc.property(
      fc
        .array(anyEvent, { maxLength: 14 })
        .chain((events) => fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length }))),
      ([events, shuffled]) => {
        t.deepEqual(solve(shuffled, findings, doubtMs), solve(events, findings, doubtMs))
      },
    ),
    { numRuns: 300 },
  )
})

test('every event and every finding is in one incident at most, and no root is later than what followed, doubt of clocks aside', (t) => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 20 }), (events) => {
      const timeline = inOrder(events)
      const incidents = solve(events, findings, doubtMs)
      const members = incidents.flatMap((incident) => incident.events)
      const told = incidents.flatMap((incident) => incident.findings.map((one) => one.finding.code))
      t.is(new Set(members).size, members.length)
      t.is(new Set(told).size, told.length)
      for (const { root, events: own } of incidents) {
        const steps = own.length
        for (const index of own) {
          const at = timeline[index]?.atUnixMs ?? Number.NaN
          // Each step from cause to effect may be in doubt by as much.
          t.true(root.atUnixMs <= at + steps * Math.max(2 * doubtMs, sameHostDoubtMs))
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('with clocks that are right and one source of time, no root is later than what followed', (t) => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 20 }), (events) => {
      const timeline = inOrder(events.map((one) => ({ ...one, source: 'agent' })))
      for (const { root, events: own } of incidentsOf({ subject: 'oom', timeline, findings, placement, doubtMs: () => 0 }))
        for (const index of own) t.true(root.atUnixMs <= (timeline[index]?.atUnixMs ?? Number.NaN))
    }),
    { numRuns: 300 },
  )
})
