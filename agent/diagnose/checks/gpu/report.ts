import { found } from '../../../../shared/diagnosis/found.ts'
import type { GpuReport } from '../../../observe/nvidia-smi.ts'
import type { CheckOutcome } from '../../check.ts'
import type { CheckContext } from '../../context.ts'
import { seen } from '../evidence.ts'

export type Report = Extract<GpuReport, { readonly state: 'ok' }>['value']
export type Gpu = Report['gpus'][number]

/** What can be said of GPUs at all. outcome: there is nothing to look at, or it cannot be looked at. */
export type Looked = { readonly report: Report } | { readonly outcome: CheckOutcome }

const asked = new WeakMap<CheckContext, Promise<GpuReport>>()

/** One full report for all checks of a diagnosis: it costs about 0.1 s a GPU. */
export const gpuReportOf = (context: CheckContext, signal: AbortSignal): Promise<GpuReport> => {
  const before = asked.get(context)
  if (before) return before
  const asking = context.gpuReport(signal)
  asked.set(context, asking)
  return asking
}

/** What a check says of a report that tells of no GPU. Pure. */
export const lookedAt = (report: GpuReport, onBus: readonly string[]): Looked => {
  if (report.state === 'ok') return { report: report.value }
  const what = 'nvidia-smi -q -x'
  if (report.state === 'failed') {
    const params = { what, message: report.detail }
    return { outcome: { findings: [found('looking.failed', 'UNKNOWN', { subject: 'host', params, evidence: [] })], looked: [] } }
  }
  // Without a board on the bus there is nothing that could be wrong with it.
  if (onBus.length === 0) return { outcome: { findings: [], looked: [seen('/sys/bus/pci/devices', 'no NVIDIA GPU')] } }
  if (report.reason === 'no-devices') {
    const params = { what, message: report.detail }
    return { outcome: { findings: [found('looking.failed', 'UNKNOWN', { subject: 'host', params, evidence: [] })], looked: [] } }
  }
  const params = { program: 'nvidia-smi', package: 'nvidia-smi' }
  return { outcome: { findings: [found('looking.program-missing', 'UNKNOWN', { subject: 'host', params, evidence: [] })], looked: [] } }
}

const nvidia = '0x10de'
/** Display controllers: VGA (03 00) and 3D (03 02); the sound of a board is another function of it. */
const display = /^0x030[02]/

/** The NVIDIA GPUs on the PCI bus, in the kernel's form. */
export const gpusOnBus = async ({ files }: CheckContext): Promise<readonly string[]> => {
  const root = '/sys/bus/pci/devices'
  const all = await Promise.all(
    (await files.names(root)).map(async (bus) => {
      const [vendor, kind] = await Promise.all([files.text(`${root}/${bus}/vendor`), files.text(`${root}/${bus}/class`)])
      return vendor?.trim() === nvidia && display.test(kind?.trim() ?? '') ? [bus.toLowerCase()] : []
    }),
  )
  return all.flat()
}

/** The GPUs of this host, or what to say where there are none to see. */
export const lookAtGpus = async (context: CheckContext, signal: AbortSignal): Promise<Looked> =>
  lookedAt(await gpuReportOf(context, signal), await gpusOnBus(context))

export const which = ({ uuid, pci }: Gpu): { readonly uuid: string; readonly bus: string } => ({ uuid: uuid ?? '', bus: pci.busId ?? '' })

export const subjectOf = (gpu: Gpu): string => `gpu/${gpu.uuid ?? gpu.pci.busId ?? gpu.index}`

/** A check that judges each GPU of one report by itself. */
export const eachGpu = (report: Report, judge: (gpu: Gpu) => CheckOutcome['findings'], says: (gpu: Gpu) => string): CheckOutcome => ({
  findings: report.gpus.flatMap(judge),
  looked: [
    seen(
      'nvidia-smi -q -x',
      report.gpus.map((gpu) => `${gpu.pci.busId ?? gpu.index}: ${says(gpu)}`),
    ),
  ],
})
