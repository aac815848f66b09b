import type { Finding } from '../../../../shared/diagnosis/finding.ts'
import { found } from '../../../../shared/diagnosis/found.ts'
import type { Check } from '../../check.ts'
import { seen } from '../evidence.ts'
import { eachGpu, type Gpu, lookAtGpus, subjectOf, which } from './report.ts'

/** Of the 64 pages that boards before row remapping can take out of use; from here on the maker takes them back. */
const manyPages = 60

const says = ({ ecc, remappedRows, retiredPages }: Gpu): string => {
  const errors = ecc?.volatile
  return [
    `ECC ${ecc?.enabled === undefined ? 'not told' : ecc.enabled ? 'on' : 'off'}`,
    `uncorrected since load: sram ${errors?.sramUncorrected ?? '?'}, dram ${errors?.dramUncorrected ?? errors?.uncorrected ?? '?'}`,
    `rows: pending ${remappedRows?.pending ?? '?'}, failure ${remappedRows?.failure ?? '?'}`,
    `pages: ${retiredPages === undefined ? '?' : (retiredPages.singleBit ?? 0) + (retiredPages.doubleBit ?? 0)}`,
  ].join('; ')
}

/** Pure. */
export const judgeMemoryHealth = (gpu: Gpu): readonly Finding[] => {
  const { ecc, remappedRows, retiredPages } = gpu
  const at = { subject: subjectOf(gpu), evidence: [seen('nvidia-smi -q -x', says(gpu))] }
  const params = which(gpu)
  const findings: Finding[] = []
  if (ecc?.unrepairableMemory) findings.push(found('gpu.memory-unrepairable', 'CRITICAL', { ...at, params }))
  if (remappedRows?.failure) findings.push(found('gpu.row-remap-failed', 'CRITICAL', { ...at, params }))
  if (remappedRows?.pending) findings.push(found('gpu.row-remap-pending', 'WARNING', { ...at, params }))
  if (retiredPages?.pending) findings.push(found('gpu.pages-pending', 'WARNING', { ...at, params }))
  const pages = (retiredPages?.singleBit ?? 0) + (retiredPages?.doubleBit ?? 0)
  if (pages >= manyPages) findings.push(found('gpu.pages-many', 'CRITICAL', { ...at, params: { ...params, pages } }))
  const sram = ecc?.volatile?.sramUncorrected ?? 0
  const dram = ecc?.volatile?.dramUncorrected ?? (sram === 0 ? (ecc?.volatile?.uncorrected ?? 0) : 0)
  const thresholdExceeded = ecc?.sramThresholdExceeded ?? false
  if (sram > 0 || dram > 0 || thresholdExceeded) {
    const verdict = sram > 0 || thresholdExceeded ? 'CRITICAL' : 'WARNING'
    findings.push(found('gpu.uncorrected-errors', verdict, { ...at, params: { ...params, sram, dram, thresholdExceeded } }))
  }
  const parts = [...(ecc?.channelRepairPending ? ['memory channel'] : []), ...(ecc?.tpcRepairPending ? ['TPC'] : [])]
  if (parts.length > 0) findings.push(found('gpu.repair-pending', 'WARNING', { ...at, params: { ...params, parts } }))
  if (ecc?.enabled === false) findings.push(found('gpu.ecc-off', 'INFO', { ...at, params }))
  return findings
}

export const memoryHealth: Check = {
  id: 'gpu.memory-health',
  subject: 'gpu',
  deadlineMs: 30_000,
  run: async (context, signal) => {
    const looked = await lookAtGpus(context, signal)
    return 'outcome' in looked ? looked.outcome : eachGpu(looked.report, judgeMemoryHealth, says)
  },
}
