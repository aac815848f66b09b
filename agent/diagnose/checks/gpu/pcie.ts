import type { Finding } from '../../../../shared/diagnosis/finding.ts'
import { found, notTheCause } from '../../../../shared/diagnosis/found.ts'
import type { Series } from '../../../../shared/diagnosis/host-diagnosis.ts'
import type { Check } from '../../check.ts'
import { seen } from '../evidence.ts'
import { eachGpu, type Gpu, lookAtGpus, subjectOf, which } from './report.ts'

/** An idle GPU lets its link fall to save power; only one at work shows what the link can do. */
const busyPercent = 20

const says = ({ pci, utilization }: Gpu): string =>
  `x${pci.linkWidth ?? '?'} of x${pci.linkWidthMax ?? '?'}, generation ${pci.linkGeneration ?? '?'} of ${pci.linkGenerationMax ?? '?'} at ${utilization?.gpuPercent ?? '?'} % load, ${pci.replayCount ?? '?'} replays`

/** Growth of a counter by the minute over what is kept of it; undefined when that is less than a minute. A restart of the driver begins anew. */
export const perMinute = ({ atUnixMs, values }: Series): number | undefined => {
  let grown = 0
  let before: number | undefined
  for (const value of values) {
    if (value === null) continue
    if (before !== undefined && value > before) grown += value - before
    before = value
  }
  const minutes = ((atUnixMs.at(-1) ?? 0) - (atUnixMs[0] ?? 0)) / 60_000
  return minutes < 1 ? undefined : grown / minutes
}

/** Pure. */
export const judgePcie = (gpu: Gpu, replays: readonly Series[], mostPerMinute: number): readonly Finding[] => {
  const { linkWidth: width, linkWidthMax: widthMax, linkGeneration: generation, linkGenerationMax: generationMax } = gpu.pci
  const at = { subject: subjectOf(gpu) }
  const evidence = [seen('nvidia-smi -q -x', says(gpu))]
  const findings: Finding[] = []
  const busy = (gpu.utilization?.gpuPercent ?? 0) >= busyPercent
  const known = width !== undefined && widthMax !== undefined && generation !== undefined && generationMax !== undefined
  if (busy && known && (width < widthMax || generation < generationMax)) {
    const params = { ...which(gpu), width, widthMax, generation, generationMax }
    const ruledOut = [notTheCause('gpu.idle', { uuid: gpu.uuid ?? '' })]
    findings.push(found('gpu.pcie-degraded', 'WARNING', { ...at, params, evidence, ruledOut }))
  }
  const series = replays.find(({ labels }) => labels.uuid === gpu.uuid)
  const rate = series && perMinute(series)
  if (rate !== undefined && rate > mostPerMinute) {
    const rates = [...evidence, seen('hostler_gpu_pcie_replays_total', `${rate.toFixed(1)} a minute`)]
    findings.push(found('gpu.pcie-replays', 'WARNING', { ...at, params: { ...which(gpu), perMinute: rate }, evidence: rates }))
  }
  return findings
}

export const pcie: Check = {
  id: 'gpu.pcie',
  subject: 'gpu',
  deadlineMs: 30_000,
  run: async (context, signal) => {
    const looked = await lookAtGpus(context, signal)
    if ('outcome' in looked) return looked.outcome
    const replays = context.series('hostler_gpu_pcie_replays_total')
    return eachGpu(looked.report, (gpu) => judgePcie(gpu, replays, context.thresholds.pcieReplaysPerMinute), says)
  },
}
