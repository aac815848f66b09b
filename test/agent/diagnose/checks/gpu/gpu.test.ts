import test from 'ava'
import { judgeCount, judgeLost } from '../../../../../agent/diagnose/checks/gpu/count.ts'
import { judgeDriver, loadedVersion } from '../../../../../agent/diagnose/checks/gpu/driver.ts'
import { judgeForeignHolders } from '../../../../../agent/diagnose/checks/gpu/foreign-holders.ts'
import { judgeMemoryHealth } from '../../../../../agent/diagnose/checks/gpu/memory-health.ts'
import { judgeNvLinks } from '../../../../../agent/diagnose/checks/gpu/nvlink.ts'
import { judgePcie, perMinute } from '../../../../../agent/diagnose/checks/gpu/pcie.ts'
import { judgePersistence } from '../../../../../agent/diagnose/checks/gpu/persistence.ts'
import { judgeRecoveryAction } from '../../../../../agent/diagnose/checks/gpu/recovery-action.ts'
import { judgeThrottling } from '../../../../../agent/diagnose/checks/gpu/throttling.ts'
import { gpuChecks } from '../../../../../agent/diagnose/checks/gpu.ts'
import { runChecks } from '../../../../../agent/diagnose/run-checks.ts'
import { gpuHolders } from '../../../../../agent/observe/gpu-holders.ts'
import { NvidiaSmi } from '../../../../../agent/observe/nvidia-smi.ts'
import { capturedHost, checkContext, neverAborted } from '../../../../support/check-context.ts'
import { fakeGpus } from '../../../observe/fake-gpus.ts'
import { answered, gpuOf, h200, pciBus } from './captures.ts'

const bus = '0000:00:06.0'
const uuid = 'GPU-00000000-0000-4000-8000-0000000000a1'
const nvrm = 'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build  (nixbld@)\nGCC version:  gcc 14\n'

const told = (findings: readonly { readonly code: string; readonly verdict: string }[]) =>
  findings.map(({ code, verdict }) => `${code} ${verdict}`)

test('A well H200, idle and at work, gives no finding in any check, and says what was looked at', async (t) => {
  for (const capture of ['idle', 'load', 'memory-full'] as const) {
    const context = await capturedHost(
      t,
      { ...pciBus(bus), '/proc/driver/nvidia/version': nvrm },
      { gpuReport: async () => answered(h200(capture)) },
    )
    const results = await runChecks(gpuChecks, context, neverAborted)
    t.deepEqual(
      results.flatMap(({ findings }) => told(findings)),
      [],
    )
    t.true(results.every(({ verdict, looked }) => verdict === 'PASS' && looked.length > 0))
    t.is(results.length, gpuChecks.length)
  }
})

test('A host without a GPU has nothing that could be wrong, and one with a GPU and no nvidia-smi is not known to be well', async (t) => {
  const without = await runChecks(gpuChecks, await capturedHost(t, pciBus()), neverAborted)
  t.true(without.every(({ verdict }) => verdict === 'PASS'))
  const blind = await runChecks(gpuChecks, await capturedHost(t, pciBus(bus)), neverAborted)
  const unknown = blind.filter(({ findings }) => findings.some(({ code }) => code === 'looking.program-missing')).map(({ check }) => check)
  t.deepEqual(unknown, [
    'gpu.count',
    'gpu.driver',
    'gpu.recovery-action',
    'gpu.memory-health',
    'gpu.throttling',
    'gpu.pcie',
    'gpu.nvlink',
    'gpu.foreign-holders',
    'gpu.persistence',
  ])
})

test('One report is asked for, however many checks there are', async (t) => {
  let asked = 0
  const gpuReport = async () => {
    asked += 1
    return answered(h200('idle'))
  }
  await runChecks(gpuChecks, await capturedHost(t, pciBus(bus), { gpuReport }), neverAborted)
  t.is(asked, 1)
})

test('A GPU that only the bus shows is named by its place, and one that a replica is to have and nobody shows by its UUID', (t) => {
  const report = h200('idle')
  const { findings } = judgeCount([bus, '0000:41:00.0'], report, [
    { uuid, replicas: ['chat-1-0'] },
    { uuid: 'GPU-gone', replicas: ['chat-1-1'] },
  ])
  t.deepEqual(told(findings), ['gpu.missing CRITICAL', 'gpu.gone CRITICAL'])
  t.deepEqual(findings[0]?.params, { bus: '0000:41:00.0', onBus: 2, inDriver: 1 })
  t.like(findings[1], { confidence: 'likely', params: { uuid: 'GPU-gone', replicas: ['chat-1-1'] } })
  t.deepEqual(judgeCount([bus], report, [{ uuid, replicas: [] }]).findings, [])
})

test('A GPU that answers with errors in place of figures is not counted as well', (t) => {
  const report = h200('idle', [/<uuid>[^<]*<\/uuid>/, '<uuid>ERR!</uuid>'])
  t.deepEqual(told(judgeCount([bus], report, []).findings), ['gpu.unreadable CRITICAL'])
})

test('One lost GPU that makes nvidia-smi give up on all of them is named from its words', (t) => {
  const lost = (reason: 'gpu-lost' | 'reset-required' | 'deadline', detail: string) =>
    judgeLost([bus, '0000:0b:00.0'], { state: 'failed', reason, detail })
  const words = 'Unable to determine the device handle for GPU0: 0000:0B:00.0: Unknown Error'
  t.like(lost('gpu-lost', words)?.findings[0], { code: 'gpu.missing', subject: 'gpu/0000:0b:00.0', params: { onBus: 2, inDriver: 0 } })
  t.like(lost('reset-required', 'GPU 00000000:0B:00.0 requires reset')?.findings[0], {
    code: 'gpu.recovery-action',
    params: { bus: '0000:0b:00.0', action: 'GPU Reset' },
  })
  t.is(lost('deadline', 'late'), undefined)
})

test('A driver that hangs, differs from its programs, or is not loaded is told apart', (t) => {
  const facts = { onBus: [bus], loaded: nvrm, stuck: [], samplerProblem: '' }
  const failed = (reason: 'deadline' | 'wedged' | 'library-mismatch' | 'driver-unreachable' | 'unreadable', detail: string) =>
    judgeDriver({ ...facts, report: { state: 'failed', reason, detail } }).findings
  t.deepEqual(told(failed('deadline', 'nvidia-smi did not answer within 15000 ms')), ['gpu.driver-wedged CRITICAL'])
  const [mismatch] = failed('library-mismatch', 'Failed to initialize NVML: Driver/library version mismatch NVML library version: 580.173')
  t.deepEqual(mismatch?.params, { kernel: '580.159.04', tools: '580.173' })
  const unreachable = judgeDriver({
    ...facts,
    loaded: undefined,
    report: { state: 'failed', reason: 'driver-unreachable', detail: 'NVIDIA-SMI has failed' },
  })
  t.like(unreachable.findings[0], { code: 'gpu.driver-unreachable', params: { loaded: false } })
  t.deepEqual(told(failed('unreadable', 'what')), ['looking.failed UNKNOWN'])
  const stuck = judgeDriver({
    ...facts,
    stuck: ['nvidia-smi (pid 9) in os_acquire_mutex'],
    report: { state: 'failed', reason: 'wedged', detail: 'hangs' },
  })
  t.deepEqual(stuck.findings[0]?.params.stuck, ['nvidia-smi (pid 9) in os_acquire_mutex'])
  const upgraded = judgeDriver({ ...facts, loaded: nvrm.replace('580.159.04', '570.86.15'), report: answered(h200('idle')) })
  t.like(upgraded.findings[0], { code: 'gpu.driver-mismatch', params: { kernel: '570.86.15', tools: '580.159.04' } })
  t.is(loadedVersion(nvrm), '580.159.04')
  t.deepEqual(told(judgeDriver({ ...facts, samplerProblem: 'printed nothing for 20000 ms', report: answered(h200('idle')) }).findings), [
    'gpu.figures-old WARNING',
  ])
  const none = judgeDriver({ ...facts, report: { state: 'absent', reason: 'no-devices', detail: 'No devices were found' } })
  t.deepEqual(told(none.findings), ['gpu.driver-unreachable CRITICAL'])
})

test('What the driver asks for is a finding with its words', (t) => {
  const asks = (action: string) =>
    told(judgeRecoveryAction(gpuOf(h200('idle', ['<gpu_recovery_action>None<', `<gpu_recovery_action>${action}<`]))))
  t.deepEqual(asks('GPU Reset'), ['gpu.recovery-action CRITICAL'])
  t.deepEqual(asks('Node Reboot'), ['gpu.recovery-action CRITICAL'])
  t.deepEqual(asks('Drain P2P'), ['gpu.recovery-action WARNING'])
  t.deepEqual(asks('N/A'), [])
})

test('Memory that is to be repaired, cannot be repaired, or has lost a result', (t) => {
  const finds = (...changes: Parameters<typeof h200> extends readonly [unknown, ...infer Rest] ? Rest : never) =>
    told(judgeMemoryHealth(gpuOf(h200('idle', ...changes))))
  t.deepEqual(finds(['<remapped_row_pending>No', '<remapped_row_pending>Yes']), ['gpu.row-remap-pending WARNING'])
  t.deepEqual(finds(['<remapped_row_failure>No', '<remapped_row_failure>Yes']), ['gpu.row-remap-failed CRITICAL'])
  t.deepEqual(finds(['<dram_uncorrectable>0', '<dram_uncorrectable>2']), ['gpu.uncorrected-errors WARNING'])
  t.deepEqual(finds(['<sram_uncorrectable_secded>0', '<sram_uncorrectable_secded>1']), ['gpu.uncorrected-errors CRITICAL'])
  t.deepEqual(finds([/(<ecc_mode>\s*)<current_ecc>Enabled/, '$1<current_ecc>Disabled']), ['gpu.ecc-off INFO'])
})

test('Boards before row remapping: pages that wait, and too many of them', (t) => {
  const gpu = { ...gpuOf(h200('idle')), retiredPages: { singleBit: 40, doubleBit: 21, pending: true } }
  t.deepEqual(told(judgeMemoryHealth(gpu)), ['gpu.pages-pending WARNING', 'gpu.pages-many CRITICAL'])
})

const now = Date.now()
const throttled = (reason: string, minutes: number) => ({
  name: 'hostler_gpu_throttled',
  labels: { gpu: '0', uuid, reason },
  atUnixMs: Array.from({ length: 120 }, (_, at) => now - at * 5_000).toReversed(),
  values: Array.from({ length: 120 }, (_, at) => (at * 5_000 < minutes * 60_000 ? 1 : 0)).toReversed(),
})

test('Heat and the power supply slow a GPU down; being idle and the software power cap do not', (t) => {
  const active = (reason: string) => h200('idle', [`_${reason}>Not Active`, `_${reason}>Active`])
  const judge = (report: ReturnType<typeof h200>, minutes?: number, reason = 'hw_thermal_slowdown') =>
    judgeThrottling(gpuOf(report), minutes === undefined ? [] : [throttled(reason, minutes)], now, 0.6)
  t.deepEqual(judge(h200('idle')), [])
  t.deepEqual(judge(active('sw_power_cap')), [])
  t.deepEqual(judge(h200('idle'), 10, 'sw_power_cap'), [])
  t.like(judge(active('hw_thermal_slowdown'))[0], { verdict: 'WARNING', params: { reason: 'thermal', minutes: -1, celsius: 44 } })
  t.like(judge(active('hw_power_brake_slowdown'), 1, 'hw_power_brake_slowdown')[0], {
    verdict: 'INFO',
    params: { reason: 'power-brake', minutes: 1 },
  })
  t.like(judge(h200('idle'), 7)[0], { verdict: 'WARNING', params: { reason: 'thermal', minutes: 7 } })
  t.deepEqual(judge(h200('idle'), 5), [])
})

test('A narrow or slow PCIe link counts under load only, and replays by the minute', (t) => {
  const narrow = [/<current_link_width>16x/, '<current_link_width>8x'] as const
  t.like(judgePcie(gpuOf(h200('load', narrow)), [], 8)[0], { code: 'gpu.pcie-degraded', params: { width: 8, widthMax: 16 } })
  t.like(judgePcie(gpuOf(h200('load', ['<current_link_gen>5', '<current_link_gen>3'])), [], 8)[0], {
    params: { generation: 3, generationMax: 5 },
  })
  t.deepEqual(judgePcie(gpuOf(h200('idle', narrow)), [], 8), [])
  const replays = (...values: (number | null)[]) => ({
    name: 'hostler_gpu_pcie_replays_total',
    labels: { gpu: '0', uuid },
    atUnixMs: values.map((_, at) => at * 60_000),
    values,
  })
  t.like(judgePcie(gpuOf(h200('idle')), [replays(0, 40, null, 50)], 8)[0], { code: 'gpu.pcie-replays' })
  t.deepEqual(judgePcie(gpuOf(h200('idle')), [replays(5, 6, 7)], 8), [])
  // The driver was loaded anew in between.
  t.is(perMinute(replays(1_000, 0, 3)), 1.5)
  t.is(perMinute(replays(1_000)), undefined)
})

test('A link that is down beside others that are up, and one with many CRC errors', (t) => {
  const link = (number: number, active: boolean) => ({ link: number, active, ...(active ? { gigabytesPerSecond: 26.562 } : {}) })
  const report = h200('idle')
  const links = [{ index: 0, uuid, links: [link(0, true), link(1, false), link(2, true)] }]
  const errors = (count: number) => [{ index: 0, uuid, links: [{ link: 2, counts: { 'crc flit': count, replay: 9_000 } }] }]
  const { findings } = judgeNvLinks(report, links, errors(100), errors(500), 2, 100)
  t.deepEqual(told(findings), ['gpu.nvlink-down CRITICAL', 'gpu.nvlink-errors WARNING'])
  t.deepEqual(findings[0]?.params, { uuid, bus, links: [1], active: 2 })
  t.is(findings[1]?.params.perSecond, 200)
  t.deepEqual(judgeNvLinks(report, links.slice(0, 0), [], [], 1, 100).findings, [])
  const unused = [{ index: 0, uuid, links: [link(0, false), link(1, false)] }]
  t.deepEqual(judgeNvLinks(report, unused, [], [], 1, 100).findings, [])
})

test('A process that is not ours is named with its container, and matters more where a replica is to run', (t) => {
  const report = h200('memory-full')
  const container = '4e5b6c7d8e9f'
  const holder = { pid: 470, ours: false, container }
  const on = (replica: string, ours = false) => judgeForeignHolders(report, new Map([[470, { ...holder, ours }]]), () => replica).findings
  t.like(on('chat-1-0')[0], {
    verdict: 'WARNING',
    params: { pid: 470, process: 'python3', container, usedMiB: 139_782, replica: 'chat-1-0' },
  })
  t.like(on('')[0], { verdict: 'INFO' })
  t.deepEqual(on('chat-1-0', true), [])
  t.deepEqual(judgeForeignHolders(report, new Map(), () => '').findings, [])
})

test('Persistence that is off is told once for the host', (t) => {
  const off = h200('idle', ['<persistence_mode>Enabled', '<persistence_mode>Disabled'])
  t.deepEqual(told(judgePersistence(off).findings), ['gpu.persistence-off INFO'])
})

test('A real process that holds a GPU is found to be foreign', async (t) => {
  const gpus = fakeGpus(t)
  const held = gpus.hold(gpus.uuid(0))
  await using nvidiaSmi = new NvidiaSmi({ program: gpus.program, environment: { PATH: process.env.PATH }, deadlineMs: 3_000 })
  const reading = await gpuHolders(nvidiaSmi).holders(neverAborted)
  t.is(reading.kind, 'known')
  const context = checkContext({ gpuReport: (signal) => nvidiaSmi.report(signal) })
  const results = await runChecks(
    gpuChecks.filter(({ id }) => id === 'gpu.foreign-holders'),
    context,
    neverAborted,
  )
  t.deepEqual(
    results.flatMap(({ findings }) => findings.map(({ params }) => params.pid)),
    [held.pid],
  )
})
