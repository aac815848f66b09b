import test from 'ava'
import { cgroupMemoryOf } from '../../../../../agent/diagnose/checks/oom/cgroup-memory.ts'
import { type GpuMemoryFacts, judgeGpuMemory } from '../../../../../agent/diagnose/checks/oom/gpu-memory.ts'
import { judgeHostMemory, type ReplicaMemoryFacts } from '../../../../../agent/diagnose/checks/oom/host-memory.ts'
import { judgeMemoryLimits } from '../../../../../agent/diagnose/checks/oom/memory-limits.ts'
import { judgeNccl } from '../../../../../agent/diagnose/checks/oom/nccl.ts'
import { readingOf } from '../../../../../agent/diagnose/checks/oom/replica-logs.ts'
import { exitEvents } from '../../../../../agent/diagnose/engine-log/exit-events.ts'
import { KernelEventReader } from '../../../../../agent/diagnose/kmsg/events.ts'
import { enginePatterns } from '../../../../../agent/diagnose/patterns/engine-lines.ts'
import { engineLine, readExit } from '../../../../../agent/reconcile/engine-exit.ts'
import type { TimelineEvent } from '../../../../../shared/diagnosis/timeline.ts'
import { oom as inEnglish } from '../../../../../shared/diagnosis/words/en/oom.ts'
import { oom as inChinese } from '../../../../../shared/diagnosis/words/zh/oom.ts'
import type { ReplicaSpec } from '../../../../../shared/fleet/replica.ts'
import { capturedHost } from '../../../../support/check-context.ts'
import { replicaSpec } from '../../../runtime/replica-specs.ts'

const container = '4e5b6c7d8e9f'.repeat(6).slice(0, 64)
const sample = (id: string, at = 0) => enginePatterns.find((pattern) => pattern.id === id)?.samples[at]?.line ?? ''

const vllm = (changes: Partial<ReplicaSpec> = {}) =>
  replicaSpec({ engine: 'vllm', command: ['vllm', 'serve'], args: ['/m', '--max-num-seqs', '32'], gpuUuids: ['GPU-a'], ...changes })

const ended = (
  spec: ReplicaSpec,
  log: readonly string[],
  more: Partial<Parameters<typeof exitEvents>[0]> = {},
): readonly TimelineEvent[] => {
  const lines = log.map(engineLine)
  return exitEvents({
    spec,
    instanceId: container,
    atUnixMs: 60_000,
    failure: { code: 'EXITED', message: '', exitCode: 137, oomKilled: false, logLines: [] },
    reading: readExit(spec, lines, false),
    lines,
    taken: [],
    ...more,
  })
}

const told = (findings: readonly { readonly code: string; readonly verdict: string }[]) =>
  findings.map(({ code, verdict }) => `${code} ${verdict}`)

const gpuFacts = (changes: Partial<GpuMemoryFacts>): GpuMemoryFacts => ({
  specs: [vllm()],
  statuses: new Map(),
  logs: [],
  events: [],
  foreign: new Map(),
  ...changes,
})

test('An engine that ran out is told with its phase, its figures and one change, though its log is gone since', (t) => {
  const frame = '  File "/x/gpu_model_runner.py", line 1, in capture_model'
  const events = ended(vllm(), ['Traceback (most recent call last):', frame, sample('pytorch.oom')])
  const { findings } = judgeGpuMemory(gpuFacts({ events }))
  t.deepEqual(told(findings), ['oom.gpu-memory CRITICAL'])
  t.like(findings[0]?.params, {
    phase: 'graph-capture',
    gpuUuid: 'GPU-a',
    triedMiB: 8_192,
    freeMiB: 3_368.96,
    capacityMiB: 143_155.2,
    remedy: 'change',
    names: ['--max-num-seqs'],
    from: ['32'],
    to: ['16'],
    adjusted: false,
    times: 1,
  })
  t.deepEqual(
    findings[0]?.ruledOut.map(({ cause }) => cause),
    ['oom.no-foreign-holder'],
  )
})

test('A change that the agent took is told as taken, and what it runs with besides', (t) => {
  const taken = [{ target: 'flag' as const, name: '--max-num-seqs', from: '32', to: '16' }]
  const events = ended(vllm(), [sample('pytorch.oom')], { taken })
  const adjustments = [{ flag: '--max-num-seqs', from: '32', to: '16', cause: 'run', atUnixMs: 60_000, held: true }]
  const statuses = new Map([['chat-1-0', { phase: 'ready', adjustments }]]) as unknown as GpuMemoryFacts['statuses']
  const { findings } = judgeGpuMemory(gpuFacts({ events, statuses }))
  t.deepEqual(told(findings), ['oom.gpu-memory WARNING', 'oom.adjusted INFO'])
  t.like(findings[0]?.params, { adjusted: true, from: ['32'], to: ['16'] })
  t.like(findings[1]?.params, { held: true, to: ['16'] })
})

test('A process that is not ours on the GPU is to blame, and nothing of the replica is to be changed', (t) => {
  const foreign = new Map([['GPU-a', [{ pid: 4711, process: 'train.py', container: '', usedMiB: 90_000 }]]])
  const { findings } = judgeGpuMemory(gpuFacts({ events: ended(vllm(), [sample('pytorch.oom')]), foreign }))
  t.deepEqual(told(findings), ['oom.gpu-memory CRITICAL', 'oom.foreign-holder CRITICAL'])
  t.like(findings[0]?.params, { remedy: 'foreign', names: [] })
  t.like(findings[1]?.params, { pid: 4711, process: 'train.py' })
})

test('A line that looks like OOM and matches nothing is reported as such, and an unreadable log is unknown', (t) => {
  const strange = 'NewEngine: insufficient device memory for the weights'
  const log = { spec: vllm(), reading: readingOf(vllm(), [strange], false), lines: 1, problem: '' }
  t.like(judgeGpuMemory(gpuFacts({ logs: [log] })).findings[0], { code: 'oom.unrecognised', params: { line: strange } })
  const unread = { ...log, reading: readingOf(vllm(), [], false), problem: 'the container engine does not answer' }
  t.deepEqual(told(judgeGpuMemory(gpuFacts({ logs: [unread] })).findings), ['looking.failed UNKNOWN'])
})

const replica = (changes: Partial<ReplicaMemoryFacts> = {}): ReplicaMemoryFacts => ({
  replica: 'chat-1-0',
  limitMiB: 256,
  instances: [],
  ...changes,
})

const kernelKill = (id = container, pid = 77): readonly TimelineEvent[] => {
  const reader = new KernelEventReader({ gpuAt: () => '', replicaOf: (name) => (name === container ? 'chat-1-0' : '') })
  const lines = [
    `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=${id},mems_allowed=0,oom_memcg=/docker/${id},task_memcg=/docker/${id},task=llama-server,pid=${pid},uid=0`,
    `Memory cgroup out of memory: Killed process ${pid} (llama-server) total-vm:1kB, anon-rss:262144kB, file-rss:0kB`,
  ]
  return lines.flatMap((text) => reader.take({ text, fragment: false, atUnixMs: 59_000 }))
}

test('A kill for want of memory is told by whatever proves it: the kernel, the cgroup, or the container engine', (t) => {
  const cgroup = { directory: '/sys/fs/cgroup/x', oomKills: 2, usedMiB: 10, limitMiB: 256 }
  const proofsOf = (facts: ReplicaMemoryFacts, events: readonly TimelineEvent[]) =>
    judgeHostMemory({ replicas: [facts], events, logRead: true }).findings.map(({ code, params }) => [code, params.proofs, params.times])
  t.deepEqual(proofsOf(replica(), kernelKill()), [['oom.host-kill', ['kernel-log'], 1]])
  t.deepEqual(proofsOf(replica({ instances: [{ id: container, oomKilled: true, cgroup: undefined }] }), []), [
    ['oom.host-kill', ['container-engine'], 1],
  ])
  t.deepEqual(proofsOf(replica({ instances: [{ id: container, oomKilled: false, cgroup }] }), []), [['oom.host-kill', ['cgroup'], 2]])
  t.deepEqual(proofsOf(replica({ instances: [{ id: container, oomKilled: true, cgroup }] }), kernelKill()), [
    ['oom.host-kill', ['kernel-log', 'cgroup', 'container-engine'], 2],
  ])
})

test('Exit code 137 without evidence is never called OOM', (t) => {
  const events = ended(vllm(), ['hello'])
  const { findings } = judgeHostMemory({ replicas: [replica({ limitMiB: 0 })], events, logRead: true })
  t.deepEqual(told(findings), ['oom.killed-otherwise INFO'])
  t.deepEqual(
    findings[0]?.ruledOut.map(({ cause }) => cause),
    ['oom.no-kernel-kill', 'oom.no-gpu-oom'],
  )
  const blind = judgeHostMemory({ replicas: [replica()], events, logRead: false }).findings
  t.deepEqual(told(blind), ['oom.killed-otherwise INFO', 'looking.failed UNKNOWN'])
  t.like(blind[0], { confidence: 'inferred', ruledOut: [] })
  t.deepEqual(told(judgeHostMemory({ replicas: [replica()], events: ended(vllm(), [sample('cuda.oom')]), logRead: true }).findings), [])
})

test('A kill of what is no replica of ours is told for the host, and once', (t) => {
  const other = 'f'.repeat(64)
  const { findings } = judgeHostMemory({
    replicas: [replica()],
    events: [...kernelKill(), ...kernelKill(other, 5), ...kernelKill(other, 6)],
    logRead: true,
  })
  t.deepEqual(
    findings.map(({ subject, params }) => [subject, params.replica, params.times]),
    [
      ['replica/chat-1-0', 'chat-1-0', 1],
      ['host', '', 2],
    ],
  )
})

test('Memory cgroups of both versions are read alike, without what can be given back', async (t) => {
  const mib = (count: number) => String(count * 1024 * 1024)
  const host = await capturedHost(t, {
    '/proc/1/cgroup': '0::/docker/a\n',
    '/sys/fs/cgroup/docker/a/memory.events': 'low 0\nhigh 0\nmax 12\noom 1\noom_kill 3\noom_group_kill 0\n',
    '/sys/fs/cgroup/docker/a/memory.current': `${mib(250)}\n`,
    '/sys/fs/cgroup/docker/a/memory.max': `${mib(256)}\n`,
    '/sys/fs/cgroup/docker/a/memory.stat': `anon 1\ninactive_file ${mib(50)}\n`,
    '/proc/2/cgroup': '9:memory:/docker/b\n4:cpu,cpuacct:/docker/b\n0::/\n',
    '/sys/fs/cgroup/memory/docker/b/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 1\n',
    '/sys/fs/cgroup/memory/docker/b/memory.usage_in_bytes': `${mib(100)}\n`,
    '/sys/fs/cgroup/memory/docker/b/memory.limit_in_bytes': '9223372036854771712\n',
    '/sys/fs/cgroup/memory/docker/b/memory.stat': `total_inactive_file ${mib(40)}\n`,
  })
  t.deepEqual(await cgroupMemoryOf(host.files, 1), { directory: '/sys/fs/cgroup/docker/a', oomKills: 3, usedMiB: 200, limitMiB: 256 })
  t.deepEqual(await cgroupMemoryOf(host.files, 2), {
    directory: '/sys/fs/cgroup/memory/docker/b',
    oomKills: 1,
    usedMiB: 60,
    limitMiB: undefined,
  })
  t.is(await cgroupMemoryOf(host.files, 3), undefined)
})

test('A replica close to its limit is told before the kernel kills it', (t) => {
  const at = (usedMiB: number, limitMiB: number | undefined) =>
    judgeMemoryLimits([
      replica({ instances: [{ id: container, oomKilled: false, cgroup: { directory: '/x', oomKills: 0, usedMiB, limitMiB } }] }),
    ]).findings
  t.like(at(240, 256)[0], { code: 'oom.limit-near', params: { percent: 94 } })
  t.deepEqual(at(200, 256), [])
  t.deepEqual(at(200_000, undefined), [])
})

test('Shared memory and locked memory that NCCL lacks are told apart', (t) => {
  const spec = vllm({ shmMiB: 64 })
  const log = {
    spec,
    reading: readingOf(spec, [sample('nccl.shared-memory'), sample('nccl.memlock'), sample('nccl.timeout')], true),
    lines: 3,
    problem: '',
  }
  t.deepEqual(
    judgeNccl([log]).findings.map(({ params }) => [params.cause, params.shmMiB]),
    [
      ['shared-memory', 64],
      ['memlock', 64],
    ],
  )
})

test('What is found has words in both languages that name the figures and a command', (t) => {
  const events = ended(vllm(), [sample('pytorch.oom')])
  const [finding] = judgeGpuMemory(gpuFacts({ events })).findings
  for (const words of [inEnglish, inChinese]) {
    const { title, why, remedies } = words.findings['oom.gpu-memory'](finding?.params as never)
    t.regex(title, /chat-1-0.*8\.0 GiB.*3\.3 GiB/)
    t.regex(remedies[0]?.text ?? '', /--max-num-seqs 16/)
    t.notRegex(`${title}${why}${remedies.map(({ text }) => text).join('')}`, /undefined|NaN/)
  }
})
