import type { Finding } from '../../../../shared/diagnosis/finding.ts'
import { found, notTheCause } from '../../../../shared/diagnosis/found.ts'
import type { GpuReport } from '../../../observe/nvidia-smi.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import type { CheckContext } from '../../context.ts'
import { busOf } from '../../patterns/kernel/fact.ts'
import { seen } from '../evidence.ts'
import { gpuReportOf, gpusOnBus, lookedAt, type Report } from './report.ts'

/** A GPU that is to be here, and the replicas that are to run on it. */
export interface Expected {
  readonly uuid: string
  readonly replicas: readonly string[]
}

/** The bus, the driver and what is expected must agree. Pure. */
export const judgeCount = (onBus: readonly string[], report: Report, expected: readonly Expected[]): CheckOutcome => {
  const inDriver = report.gpus.flatMap(({ pci }) => (pci.busId === undefined ? [] : [pci.busId.toLowerCase()]))
  const evidence = [seen('/sys/bus/pci/devices', onBus), seen('nvidia-smi -q -x', inDriver)]
  const ruledOut = [notTheCause('gpu.driver-answers', { version: report.driverVersion ?? '' })]
  const findings: Finding[] = []
  for (const bus of onBus.filter((candidate) => !inDriver.includes(candidate))) {
    const params = { bus, onBus: onBus.length, inDriver: inDriver.length }
    findings.push(found('gpu.missing', 'CRITICAL', { subject: `gpu/${bus}`, params, evidence, ruledOut }))
  }
  for (const { pci, index, uuid, faults } of report.gpus) {
    if (uuid !== undefined || faults.length === 0) continue
    const bus = pci.busId ?? String(index)
    findings.push(found('gpu.unreadable', 'CRITICAL', { subject: `gpu/${bus}`, params: { bus, faults: [...faults] }, evidence }))
  }
  const known = new Set(report.gpus.flatMap((gpu) => [gpu.uuid, ...(gpu.mig?.devices.map((device) => device.uuid) ?? [])]))
  for (const { uuid, replicas } of expected.filter((gpu) => !known.has(gpu.uuid))) {
    // Without the name of the bus it cannot be told whether it is one of those above.
    const confidence = findings.length > 0 ? ('likely' as const) : ('certain' as const)
    findings.push(
      found('gpu.gone', 'CRITICAL', { subject: `gpu/${uuid}`, params: { uuid, replicas: [...replicas] }, evidence, confidence }),
    )
  }
  return { findings, looked: evidence }
}

const lostBus = /([0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f])/i

/** nvidia-smi gives up on all GPUs because of one that is lost, and names it. Pure. */
export const judgeLost = (onBus: readonly string[], report: GpuReport): CheckOutcome | undefined => {
  if (report.state !== 'failed' || (report.reason !== 'gpu-lost' && report.reason !== 'reset-required')) return undefined
  const named = lostBus.exec(report.detail)?.[1]
  const bus = named === undefined ? '' : busOf(named)
  const evidence = [seen('nvidia-smi -q -x', report.detail), seen('/sys/bus/pci/devices', onBus)]
  const subject = bus === '' ? 'host' : `gpu/${bus}`
  const finding =
    report.reason === 'gpu-lost'
      ? found('gpu.missing', 'CRITICAL', { subject, params: { bus, onBus: onBus.length, inDriver: 0 }, evidence })
      : found('gpu.recovery-action', 'CRITICAL', { subject, params: { uuid: '', bus, action: 'GPU Reset' }, evidence })
  return { findings: [finding], looked: evidence }
}

/** What the inventory and the timeline knew, and what the spec of this host says. */
const expectedOf = (context: CheckContext): readonly Expected[] => {
  const replicas = context.spec()?.replicas ?? []
  const uuids = new Set([
    ...context.inventory().gpus.map(({ uuid }) => uuid),
    ...replicas.flatMap(({ gpuUuids }) => gpuUuids),
    ...context.events().flatMap(({ code, params }) => (code === 'gpu.lost' && typeof params.uuid === 'string' ? [params.uuid] : [])),
  ])
  return [...uuids].map((uuid) => ({ uuid, replicas: replicas.filter(({ gpuUuids }) => gpuUuids.includes(uuid)).map(({ id }) => id) }))
}

export const count: Check = {
  id: 'gpu.count',
  subject: 'gpu',
  deadlineMs: 30_000,
  run: async (context, signal) => {
    const onBus = await gpusOnBus(context)
    const report = await gpuReportOf(context, signal)
    const lost = judgeLost(onBus, report)
    if (lost) return lost
    const looked = lookedAt(report, onBus)
    return 'outcome' in looked ? looked.outcome : judgeCount(onBus, looked.report, expectedOf(context))
  },
}
