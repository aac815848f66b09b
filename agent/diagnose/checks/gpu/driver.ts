import type { Finding } from '../../../../shared/diagnosis/finding.ts'
import { found } from '../../../../shared/diagnosis/found.ts'
import type { GpuReport } from '../../../observe/nvidia-smi.ts'
import { parseStat } from '../../../runtime/proc.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import type { CheckContext, HostFiles } from '../../context.ts'
import { seen } from '../evidence.ts'
import { gpuReportOf, gpusOnBus, lookedAt } from './report.ts'

export interface DriverFacts {
  readonly report: GpuReport
  readonly onBus: readonly string[]
  /** /proc/driver/nvidia/version; undefined where the module is not loaded. */
  readonly loaded: string | undefined
  /** Processes that wait in the kernel and cannot be killed. */
  readonly stuck: readonly string[]
  /** Why the looping query has nothing fresh; empty when it has. */
  readonly samplerProblem: string
}

/** `NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build …` */
export const loadedVersion = (text: string): string => /\b(\d{3}\.\d{2,3}(?:\.\d{1,3})?)\b/.exec(text)?.[1] ?? ''

const wedged = new Set(['deadline', 'wedged'])

/** Pure. */
export const judgeDriver = ({ report, onBus, loaded, stuck, samplerProblem }: DriverFacts): CheckOutcome => {
  const kernel = loadedVersion(loaded ?? '')
  const version = seen('/proc/driver/nvidia/version', loaded ?? 'absent: the module is not loaded')
  const host = { subject: 'host' }
  if (report.state === 'failed') {
    const { reason, detail } = report
    const evidence = [seen('nvidia-smi -q -x', detail), version, ...(stuck.length === 0 ? [] : [seen('/proc/PID/stat', stuck)])]
    if (wedged.has(reason))
      return only(found('gpu.driver-wedged', 'CRITICAL', { ...host, params: { detail, stuck: [...stuck] }, evidence }))
    if (reason === 'library-mismatch') {
      const params = { kernel, tools: /library version:? (\d[\d.]{2,12}\d)/i.exec(detail)?.[1] ?? '' }
      return only(found('gpu.driver-mismatch', 'CRITICAL', { ...host, params, evidence }))
    }
    if (reason === 'driver-unreachable' || reason === 'library-missing' || reason === 'nvml-failed') {
      return only(found('gpu.driver-unreachable', 'CRITICAL', { ...host, params: { detail, loaded: loaded !== undefined }, evidence }))
    }
  }
  if (report.state === 'absent' && report.reason === 'no-devices' && onBus.length > 0) {
    const evidence = [seen('nvidia-smi -q -x', report.detail), seen('/sys/bus/pci/devices', onBus), version]
    return only(
      found('gpu.driver-unreachable', 'CRITICAL', { ...host, params: { detail: report.detail, loaded: loaded !== undefined }, evidence }),
    )
  }
  const looked = lookedAt(report, onBus)
  if ('outcome' in looked) return looked.outcome
  const tools = looked.report.driverVersion ?? ''
  const evidence = [version, seen('nvidia-smi -q -x', `driver_version ${tools}`)]
  const findings: Finding[] = []
  if (kernel !== '' && tools !== '' && kernel !== tools) {
    findings.push(found('gpu.driver-mismatch', 'CRITICAL', { ...host, params: { kernel, tools }, evidence }))
  }
  if (samplerProblem !== '') {
    findings.push(
      found('gpu.figures-old', 'WARNING', {
        ...host,
        params: { detail: samplerProblem },
        evidence: [seen('nvidia-smi --query-gpu -lms', samplerProblem)],
      }),
    )
  }
  return { findings, looked: evidence }
}

const only = (finding: Finding): CheckOutcome => ({ findings: [finding], looked: [] })

const mostStuck = 10

/** Processes in uninterruptible sleep that have the driver open, as far as their names tell. */
const stuckIn = async (files: HostFiles): Promise<readonly string[]> => {
  const stuck: string[] = []
  for (const pid of (await files.names('/proc')).filter((name) => /^\d+$/.test(name))) {
    const stat = parseStat((await files.text(`/proc/${pid}/stat`)) ?? '')
    if (stat?.state !== 'D') continue
    const where = ((await files.text(`/proc/${pid}/wchan`).catch(() => '')) ?? '').trim()
    stuck.push(`${stat.name} (pid ${pid})${where === '' || where === '0' ? '' : ` in ${where}`}`)
    if (stuck.length === mostStuck) break
  }
  return stuck
}

const factsOf = async (context: CheckContext, signal: AbortSignal): Promise<DriverFacts> => {
  const report = await gpuReportOf(context, signal)
  return {
    report,
    onBus: await gpusOnBus(context),
    loaded: await context.files.text('/proc/driver/nvidia/version'),
    stuck: report.state === 'failed' ? await stuckIn(context.files) : [],
    samplerProblem: report.state === 'ok' ? context.gpuSample().problem : '',
  }
}

export const driver: Check = {
  id: 'gpu.driver',
  subject: 'gpu',
  deadlineMs: 40_000,
  run: async (context, signal) => judgeDriver(await factsOf(context, signal)),
}
