/** A fleet in which a GPU fell off the bus, a rank waited for it, and one host's network is bad: every part of a report has something to show. */
import { assembleReport, type HostAnswer, type ReportParts } from '../../../controller/domain/report/assemble.ts'
import type { CheckResult, Finding } from '../../../shared/diagnosis/finding.ts'
import { found, happened, notTheCause } from '../../../shared/diagnosis/found.ts'
import type { HostDiagnosis, Series } from '../../../shared/diagnosis/host-diagnosis.ts'
import type { Mesh, PeerProbe } from '../../../shared/diagnosis/mesh.ts'
import type { FaultReport } from '../../../shared/diagnosis/report.ts'
import { worstOf } from '../../../shared/diagnosis/verdict.ts'

export const startUnixMs = Date.UTC(2026, 0, 31, 8, 0, 0)
const at = (seconds: number): number => startUnixMs + seconds * 1_000
const windowMs = 3_600_000

export const gpuA = 'GPU-8f3a1c2d-55aa-4b0e-9c1d-0123456789ab'
export const gpuB = 'GPU-1b2c3d4e-55aa-4b0e-9c1d-0123456789ab'

export const placement: ReportParts['placement'] = new Map([
  ['chat-1', { deployment: 'chat', host: 'gpu-01', gpuUuids: [gpuA] }],
  ['chat-2', { deployment: 'chat', host: 'gpu-02', gpuUuids: [gpuB] }],
])

const checked = (check: string, findings: readonly Finding[] = []): CheckResult => ({
  check,
  verdict: worstOf(findings.map(({ verdict }) => verdict)),
  atUnixMs: at(1_900),
  durationMs: 12,
  findings: [...findings],
  looked: findings.length === 0 ? [{ source: '/proc/net/stat/arp_cache', lines: ['entries 0000002a', 'table_fulls 00000000'] }] : [],
})

const wave = (name: string, labels: Record<string, string>, value: (minute: number) => number | null): Series => ({
  name,
  labels,
  atUnixMs: Array.from({ length: 60 }, (_, minute) => at(1_900 - windowMs / 1_000 + minute * 60)),
  values: Array.from({ length: 60 }, (_, minute) => value(minute)),
})

const diagnosis = (host: string, parts: Partial<HostDiagnosis>): HostDiagnosis => ({
  id: `d-${host}`,
  subject: 'gpu',
  trigger: 'asked',
  cause: '',
  fromUnixMs: at(1_900) - windowMs,
  toUnixMs: at(1_900),
  results: [],
  events: [],
  series: [],
  ...parts,
})

const rank = (replica: string): string => `replica/${replica}`

const fallen = diagnosis('gpu-01', {
  results: [
    checked('gpu.xid', [
      {
        code: 'gpu.xid',
        verdict: 'CRITICAL',
        subject: `gpu/${gpuA}`,
        params: {
          uuid: gpuA,
          bus: '0000:1b:00.0',
          code: 79,
          kind: 'bus',
          action: 'reboot',
          times: 1,
          processes: ['VLLM::Worker'],
          recurring: false,
        },
        confidence: 'certain',
        evidence: [
          {
            source: '/dev/kmsg',
            lines: ['NVRM: Xid (PCI:0000:1b:00.0): 79, pid=4242, name=VLLM::Worker, GPU has fallen off the bus.'],
            atUnixMs: at(0),
          },
          {
            source: `nvidia-smi -q -x -i ${gpuA}`,
            lines: [
              'Unable to determine the device handle for GPU0: 0000:1B:00.0: Unknown Error',
              'Serial Number : 1652823054321',
              '<b>&amp; "quoted"</b>',
            ],
          },
        ],
        ruledOut: [notTheCause('incident.elsewhere', { event: 'kernel.link-down', where: 'gpu-02 nic/eth0' })],
      },
    ]),
    checked('gpu.ecc'),
    checked('gpu.throttling'),
  ],
  events: [
    happened('kernel.xid', {
      atUnixMs: at(0),
      source: 'kernel',
      subject: `gpu/${gpuA}`,
      params: { code: 79, bus: '0000:1b:00.0', gpuUuid: gpuA, pid: 4242, process: 'VLLM::Worker' },
      line: 'NVRM: Xid (PCI:0000:1b:00.0): 79, pid=4242, GPU has fallen off the bus.',
    }),
    happened('engine.cuda-error', {
      atUnixMs: at(2),
      source: 'engine',
      subject: rank('chat-1'),
      params: { replica: 'chat-1', error: 'unspecified launch failure' },
      line: 'RuntimeError: CUDA error: unspecified launch failure',
    }),
    happened('container.exit', {
      atUnixMs: at(9),
      source: 'container',
      subject: rank('chat-1'),
      params: { replica: 'chat-1', instance: 'c0ffee', exitCode: 137, oomKilled: false },
    }),
  ],
  series: [
    wave('hostler_gpu_temperature_celsius', { gpu: gpuA }, (minute) => (minute > 27 ? null : 62 + 9 * Math.sin(minute / 5) + minute / 4)),
    wave('hostler_gpu_memory_used_bytes', { gpu: gpuA }, (minute) => (minute > 27 ? null : 128e9 + minute * 1e8)),
  ],
})

const waiting = diagnosis('gpu-02', {
  results: [
    checked('gpu.xid'),
    checked('gpu.ecc'),
    checked('gpu.nvlink', [
      found('looking.program-missing', 'UNKNOWN', {
        subject: 'host',
        params: { program: 'nvidia-smi', package: 'nvidia-utils' },
        evidence: [],
      }),
    ]),
  ],
  events: [
    happened('kernel.link-down', { atUnixMs: at(-900), source: 'kernel', subject: 'nic/eth1', params: { nic: 'eth1' } }),
    happened('engine.nccl-timeout', {
      atUnixMs: at(604),
      source: 'engine',
      subject: rank('chat-2'),
      params: { replica: 'chat-2', collective: 'ALLREDUCE', timeoutMs: 600_000 },
      line: '[rank1]: Watchdog caught collective operation timeout: WorkNCCL(SeqNum=42, OpType=ALLREDUCE) ran for 600029 ms',
    }),
    happened('container.exit', {
      atUnixMs: at(611),
      source: 'container',
      subject: rank('chat-2'),
      params: { replica: 'chat-2', instance: 'decaf', exitCode: 137, oomKilled: false },
    }),
  ],
  series: [
    wave('hostler_gpu_temperature_celsius', { gpu: gpuB }, (minute) => 58 + 6 * Math.cos(minute / 6)),
    wave('hostler_gpu_memory_used_bytes', { gpu: gpuB }, (minute) => (minute > 38 ? 4e6 : 127e9)),
  ],
})

const probe = (forward: number, reverse: number): PeerProbe => {
  const latency = (averageMs: number) => ({ sent: 50, received: 50, lossPercent: 0, minMs: 0.1, averageMs, maxMs: 9, deviationMs: 0.1 })
  const flow = (mbps: number) => ({ mbps, retransmits: 3, senderCpuPercent: 20, receiverCpuPercent: 31 })
  return {
    idle: latency(0.21),
    loaded: latency(forward < 20_000 ? 14.2 : 0.9),
    after: latency(0.22),
    gateway: latency(0.1),
    forward: flow(forward),
    reverse: flow(reverse),
    mtu: null,
    linkMbps: 100_000,
    rateMbps: 0,
    problems: [],
    evidence: [],
  }
}

export const meshOf = (hosts: readonly string[], bad: string): Mesh => ({
  hosts: [...hosts],
  rounds: hosts.length - 1,
  cells: hosts.flatMap((from, row) =>
    hosts.slice(row + 1).map((to, column) => ({
      from,
      to,
      round: 1,
      probe:
        row === 2 && column === 1 ? null : probe(from === bad || to === bad ? 11_400 : 93_100 + column * 400, to === bad ? 61_000 : 94_000),
      skipped: row === 2 && column === 1 ? `${to} is under load` : '',
    })),
  ),
})

const answer = (name: string, of: HostDiagnosis | null, change: Partial<HostAnswer> = {}): HostAnswer => ({
  name,
  diagnosis: of,
  problem: null,
  clock: { aheadMs: 0, doubtMs: 40 },
  ...change,
})

export const sampleReport = (change: Partial<ReportParts> = {}): FaultReport =>
  assembleReport({
    id: 'r-sample',
    subject: 'gpu',
    trigger: 'asked',
    cause: '',
    atUnixMs: at(1_905),
    fromUnixMs: at(1_900) - windowMs,
    toUnixMs: at(1_900),
    answers: [
      answer('gpu-01', fallen),
      answer('gpu-02', waiting, { clock: { aheadMs: 4_200, doubtMs: 60 } }),
      answer('gpu-03', null, {
        problem: { code: 'HOST_UNREACHABLE', message: 'the agent of gpu-03 is not connected, so it cannot be asked now' },
        clock: null,
      }),
      answer('gpu-04', diagnosis('gpu-04', { results: [checked('gpu.xid'), checked('gpu.ecc'), checked('gpu.throttling')] })),
    ],
    fleet: [],
    mesh: meshOf(['gpu-01', 'gpu-02', 'gpu-04', 'gpu-05', 'gpu-06', 'gpu-07'], 'gpu-05'),
    placement,
    ...change,
  })
