import test from 'ava'
import { judgeBacklog, parseListeners } from '../../../../../agent/diagnose/checks/host/backlog.ts'
import { chronySays, judgeClock, timedatectlSays } from '../../../../../agent/diagnose/checks/host/clock.ts'
import { judgeRuntimes } from '../../../../../agent/diagnose/checks/host/container-engine.ts'
import { cpuStatPaths } from '../../../../../agent/diagnose/checks/host/cpu-stat-paths.ts'
import { judgeFastOpen, netstatCounter } from '../../../../../agent/diagnose/checks/host/fast-open.ts'
import { judgeKernel } from '../../../../../agent/diagnose/checks/host/kernel.ts'
import { judgeMemory, mibOf } from '../../../../../agent/diagnose/checks/host/memory.ts'
import { stalledPercent } from '../../../../../agent/diagnose/checks/host/pressure.ts'
import { judgeProcessors } from '../../../../../agent/diagnose/checks/host/processors.ts'
import { reboot } from '../../../../../agent/diagnose/checks/host/reboot.ts'
import { judgeLimits, type ReplicaLimits, softLimit } from '../../../../../agent/diagnose/checks/host/replica-limits.ts'
import { tmpfsSizeMiB } from '../../../../../agent/diagnose/checks/host/shared-memory.ts'
import { judgeSleepers } from '../../../../../agent/diagnose/checks/host/stuck-processes.ts'
import { happened } from '../../../../../shared/diagnosis/found.ts'
import { thresholds } from '../../../../../shared/diagnosis/thresholds.ts'
import { capturedHost, neverAborted } from '../../../../support/check-context.ts'
import { replicaSpec } from '../../../runtime/replica-specs.ts'

const limits = thresholds.parse({})
const codesOf = (outcome: { readonly findings: readonly { readonly code: string }[] }) => outcome.findings.map(({ code }) => code)

test('listeners are read from what ss prints, of both families', (t) => {
  const output = `LISTEN 0      2048         0.0.0.0:8000      0.0.0.0:*
LISTEN 3      128             [::]:22           [::]:*
LISTEN 0      4096   127.0.0.53%lo:53        0.0.0.0:*
`
  t.deepEqual(
    parseListeners(output).map(({ port, waiting, backlog }) => [port, waiting, backlog]),
    [
      [8000, 0, 2048],
      [22, 3, 128],
      [53, 0, 4096],
    ],
  )
  const replicas = new Map([[8000, 'chat-1']])
  t.deepEqual(codesOf(judgeBacklog(parseListeners(output), replicas, 65535)), ['host.backlog-below-limit'])
  t.deepEqual(codesOf(judgeBacklog(parseListeners(output), replicas, 2048)), [])
  t.deepEqual(codesOf(judgeBacklog(parseListeners(output), replicas, 128)), [], 'an untuned limit is met by all')
  const full = parseListeners('LISTEN 2048 2048 0.0.0.0:8000 0.0.0.0:*')
  t.like(judgeBacklog(full, replicas, 65535).findings[0], { verdict: 'WARNING', ruledOut: [] })
})

test('TCP Fast Open that is on for servers and never taken up does nothing; used, off or unknown it is no finding', (t) => {
  const netstat = 'TcpExt: SyncookiesSent TCPFastOpenActive TCPFastOpenPassive\nTcpExt: 0 7 0\nIpExt: InNoRoutes\nIpExt: 3\n'
  t.is(netstatCounter(netstat, 'TcpExt', 'TCPFastOpenPassive'), 0)
  t.is(netstatCounter(netstat, 'TcpExt', 'NoSuch'), undefined)
  t.deepEqual(judgeFastOpen(3, 0).findings[0]?.params, { value: 3 })
  for (const [setting, passive] of [
    [1, 0],
    [3, 5],
    [3, undefined],
    [undefined, undefined],
  ] as const) {
    t.deepEqual(judgeFastOpen(setting, passive).findings, [])
  }
})

const limitsText = `Limit                     Soft Limit           Hard Limit           Units
Max locked memory         65536                65536                bytes
Max open files            1024                 524288               files
Max file locks            unlimited            unlimited            locks
`
const replicaLimits = (changes: Partial<ReplicaLimits> = {}): ReplicaLimits => ({
  replica: { id: 'r', runtime: 'docker', pid: 7, port: 8000, gpus: 4, spec: replicaSpec({ memlock: 'auto' }) },
  memlockBytes: 65_536,
  ipcLock: false,
  openFilesLimit: 524_288,
  openFiles: 100,
  lines: [],
  ...changes,
})

test('soft limits count, unlimited is more than any', (t) => {
  t.is(softLimit(limitsText, 'Max locked memory'), 65_536)
  t.is(softLimit(limitsText, 'Max open files'), 1024)
  t.is(softLimit(limitsText, 'Max file locks'), Number.POSITIVE_INFINITY)
  t.is(softLimit(limitsText, 'Max cpu time'), undefined)
})

test('limits are judged by what the replica does with them', (t) => {
  t.deepEqual(codesOf(judgeLimits([replicaLimits()], false, 80)), ['host.memlock-limited'])
  t.deepEqual(codesOf(judgeLimits([replicaLimits({ memlockBytes: Number.POSITIVE_INFINITY })], true, 80)), [])
  const oneGpu = { ...replicaLimits().replica, gpus: 1 }
  t.like(judgeLimits([replicaLimits({ replica: oneGpu })], false, 80).findings[0], { verdict: 'INFO' })
  t.like(judgeLimits([replicaLimits({ replica: oneGpu, memlockBytes: 2 ** 33 })], true, 80).findings[0], { verdict: 'WARNING' })
  t.like(judgeLimits([replicaLimits({ ipcLock: true, openFilesLimit: 1024 })], false, 80).findings, [
    { code: 'host.open-files', verdict: 'INFO' },
  ])
})

test('the size of a tmpfs is read in every unit that the kernel prints', (t) => {
  t.is(tmpfsSizeMiB(['rw', 'size=65536k'], 1000), 64)
  t.is(tmpfsSizeMiB(['size=16g'], 1000), 16_384)
  t.is(tmpfsSizeMiB(['size=1048576'], 1000), 1)
  t.is(tmpfsSizeMiB(['rw', 'nosuid'], 1000), 500)
})

const meminfo = (availableKib: number, swapFreeKib = 0, swapTotalKib = 0) =>
  `MemTotal:       100000000 kB\nMemFree: 1 kB\nMemAvailable:   ${availableKib} kB\nSwapTotal: ${swapTotalKib} kB\nSwapFree: ${swapFreeKib} kB\n`
const pressure = (full: number) =>
  `some avg10=0.00 avg60=0.00 avg300=${full}.50 total=1\nfull avg10=0.00 avg60=0.00 avg300=${full}.00 total=1\n`

test('memory is judged by what is available, by stalls, and by who is swapped out', (t) => {
  const reading = (changes: object) => ({ meminfo: meminfo(50_000_000), pressure: pressure(0), swapped: [], ...changes })
  t.is(mibOf(meminfo(2_048), 'MemAvailable'), 2)
  t.deepEqual(codesOf(judgeMemory(reading({}), limits)), [])
  t.like(judgeMemory(reading({ meminfo: meminfo(4_000_000) }), limits).findings[0], { code: 'host.memory-low', verdict: 'WARNING' })
  t.like(judgeMemory(reading({ meminfo: meminfo(2_000_000) }), limits).findings[0], { code: 'host.memory-low', verdict: 'CRITICAL' })
  const stalled = judgeMemory(reading({ pressure: pressure(40) }), limits).findings[0]
  t.like(stalled, { code: 'host.memory-pressure' })
  t.is(stalled?.ruledOut[0]?.cause, 'host.memory-available')
  const swapping = { meminfo: meminfo(50_000_000, 500_000, 1_000_000) }
  t.deepEqual(codesOf(judgeMemory(reading(swapping), limits)), ['host.swap-in-use'])
  t.deepEqual(codesOf(judgeMemory(reading({ ...swapping, swapped: [{ replica: 'r', swappedMiB: 300 }] }), limits)), [
    'host.replica-swapped',
  ])
  t.like(judgeMemory(reading({ meminfo: 'nothing' }), limits).findings[0], { code: 'looking.unreadable', verdict: 'UNKNOWN' })
  t.is(stalledPercent('', 'full'), undefined)
})

test('a processor limit counts once it has shown over many periods, waiting only with more work than processors', (t) => {
  const reading = {
    pressure: 'some avg10=60.00 avg60=50.00 avg300=45.00 total=1\n',
    loadavg: '9.00 12.50 8.00 3/900 7',
    processors: 8,
    throttling: [],
  }
  t.deepEqual(codesOf(judgeProcessors(reading, limits)), ['host.cpu-pressure'])
  t.deepEqual(codesOf(judgeProcessors({ ...reading, processors: 64 }, limits)), [])
  const throttling = [{ replica: 'r', periods: 1000, throttled: 300, source: '/sys/fs/cgroup/x/cpu.stat' }]
  t.like(judgeProcessors({ ...reading, pressure: '', throttling }, limits).findings[0], {
    code: 'host.cpu-throttled',
    params: { percent: 30 },
  })
  t.deepEqual(
    codesOf(judgeProcessors({ ...reading, pressure: '', throttling: [{ ...throttling[0], periods: 20, throttled: 20 } as never] }, limits)),
    [],
  )
})

test('the cpu.stat of a process is looked for where its cgroup version has it', (t) => {
  t.deepEqual(cpuStatPaths('0::/system.slice/docker-abc.scope\n'), ['/sys/fs/cgroup/system.slice/docker-abc.scope/cpu.stat'])
  t.deepEqual(cpuStatPaths('4:cpu,cpuacct:/docker/abc\n3:memory:/docker/abc\n'), [
    '/sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.stat',
    '/sys/fs/cgroup/cpu/docker/abc/cpu.stat',
  ])
  t.deepEqual(cpuStatPaths(''), [])
})

test('the clock: the kernel or chrony can tell, one that says yes suffices, and without any it is UNKNOWN', (t) => {
  const yes = timedatectlSays('NTP=yes\nNTPSynchronized=yes\n')
  const no = timedatectlSays('NTPSynchronized=no\nNTP=no\n')
  const unbooted = timedatectlSays("System has not been booted with systemd as init system (PID 1). Can't operate.\n")
  const chrony = chronySays('C0A80001,192.168.0.1,3,1700000000.1,0.000001,-0.0,0.0,-1.0,0.0,0.1,0.02,0.003,64.2,Normal\n')
  const adrift = chronySays('00000000,,0,0.000000000,0.000000000,0.0,0.0,-1.0,0.0,0.1,1.0,1.0,0.0,Not synchronised\n')
  const away = chronySays('506 Cannot talk to daemon\n')
  t.deepEqual(codesOf(judgeClock([yes])), [])
  t.deepEqual(codesOf(judgeClock([no, chrony])), [])
  t.deepEqual(codesOf(judgeClock([unbooted, chrony])), [])
  t.like(judgeClock([no, adrift]).findings[0], { code: 'host.clock-unsynchronised', params: { service: 'chrony' } })
  t.like(judgeClock([unbooted, away]).findings[0], { code: 'host.clock-unknown', verdict: 'UNKNOWN' })
  t.like(judgeClock([]).findings[0], { verdict: 'UNKNOWN' })
})

test('an oops of the kernel is critical; the taint of a driver that is not free is normal', (t) => {
  // P, O and E: what the NVIDIA driver leaves.
  t.deepEqual(codesOf(judgeKernel(1 + 4096 + 8192, [])), [])
  t.like(judgeKernel(1 + 128 + 512, []).findings, [{ code: 'host.kernel-broken', verdict: 'CRITICAL', params: { flags: ['D (oops)'] } }])
  t.like(judgeKernel(512, []).findings[0], { code: 'host.kernel-warned', verdict: 'INFO' })
  t.deepEqual(codesOf(judgeKernel(undefined, [])), [])
  const hung = happened('kernel.hung-task', {
    atUnixMs: 1,
    source: 'kernel',
    subject: 'host',
    params: { process: 'python3', pid: 77, seconds: 122 },
    line: 'INFO: task python3:77 blocked for more than 122 seconds.',
  })
  t.like(judgeKernel(0, [hung]).findings[0], { code: 'host.hung-tasks', params: { processes: ['python3 (pid 77)'], count: 1 } })
})

test('only a process that has not run between two looks is stuck', (t) => {
  const sleeper = { pid: 9, name: 'dd', startTicks: 100, session: 9, runs: '5', waitsIn: 'io_schedule' }
  t.deepEqual(codesOf(judgeSleepers([sleeper], [sleeper], () => '')), ['host.process-stuck'])
  t.deepEqual(codesOf(judgeSleepers([sleeper], [{ ...sleeper, runs: '6' }], () => '')), [])
  t.deepEqual(codesOf(judgeSleepers([sleeper], [{ ...sleeper, startTicks: 101 }], () => '')), [])
  const smi = { ...sleeper, name: 'nvidia-smi' }
  t.is(judgeSleepers([smi], [smi], () => '').findings[0]?.verdict, 'CRITICAL')
})

test('an engine that replicas need and that does not answer is critical, one that nothing needs a hint', (t) => {
  const docker = { name: 'docker', version: '', problem: 'no socket', gpuRequests: false, memlockUnlimited: false, cdiDevices: [] }
  const needed = judgeRuntimes([docker], [replicaSpec({ id: 'a', runtime: 'docker' })]).findings[0]
  t.like(needed, { code: 'host.runtime-unusable', verdict: 'CRITICAL', params: { replicas: ['a'], problem: 'no socket' } })
  t.like(judgeRuntimes([docker], []).findings[0], { verdict: 'INFO' })
  t.deepEqual(judgeRuntimes([{ ...docker, problem: '' }], []).findings, [])
})

test('a reboot that Debian wants is told with the packages that want it', async (t) => {
  const wanting = await capturedHost(t, {
    '/run/reboot-required': '*** System restart required ***\n',
    '/run/reboot-required.pkgs': 'linux-image-6.1\nlinux-image-6.1\ndbus\n',
  })
  const { findings } = await reboot.run(wanting, neverAborted)
  t.like(findings[0], { code: 'host.reboot-required', verdict: 'INFO' })
  t.deepEqual(findings[0]?.params.packages, ['linux-image-6.1', 'dbus'])
  t.deepEqual((await reboot.run(await capturedHost(t, {}), neverAborted)).findings, [])
})
