import type { Finding } from '../../../../shared/diagnosis/finding.ts'
import { found, notTheCause } from '../../../../shared/diagnosis/found.ts'
import type { Thresholds } from '../../../../shared/diagnosis/thresholds.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { seen } from '../evidence.ts'
import { pressureText, stalledPercent } from './pressure.ts'
import { runningReplicas } from './running-replicas.ts'

export interface MemoryReading {
  /** The text of /proc/meminfo. */
  readonly meminfo: string
  /** The text of /proc/pressure/memory; empty where the kernel keeps none. */
  readonly pressure: string
  /** Of each running replica's main process. */
  readonly swapped: readonly { readonly replica: string; readonly swappedMiB: number }[]
}

const meminfoFile = '/proc/meminfo'
const pressureFile = '/proc/pressure/memory'
/** A few pages of an engine that sleep in swap are no fault. */
const littleMiB = 16
const told = /^(MemTotal|MemAvailable|SwapTotal|SwapFree):/

/** A field of /proc/meminfo or /proc/PID/status, in MiB. Pure. */
export const mibOf = (text: string, field: string): number | undefined => {
  const kib = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1]
  return kib === undefined ? undefined : Math.floor(Number(kib) / 1024)
}

/** Pure. */
export const judgeMemory = ({ meminfo, pressure, swapped }: MemoryReading, thresholds: Thresholds): CheckOutcome => {
  const [totalMiB, availableMiB] = [mibOf(meminfo, 'MemTotal'), mibOf(meminfo, 'MemAvailable')]
  const memory = seen(
    meminfoFile,
    meminfo.split('\n').filter((line) => told.test(line)),
  )
  const stalls = seen(pressureFile, pressure === '' ? 'this kernel keeps none' : pressure)
  if (totalMiB === undefined || availableMiB === undefined) {
    return {
      findings: [found('looking.unreadable', 'UNKNOWN', { subject: 'host', params: { what: meminfoFile }, evidence: [memory] })],
      looked: [],
    }
  }
  const findings: Finding[] = []
  const about = { subject: 'host', evidence: [memory, stalls] }
  const thresholdPercent = thresholds.memoryAvailablePercent
  if (availableMiB * 100 < totalMiB * thresholdPercent) {
    const verdict = availableMiB * 200 < totalMiB * thresholdPercent ? 'CRITICAL' : 'WARNING'
    findings.push(found('host.memory-low', verdict, { ...about, params: { availableMiB, totalMiB, thresholdPercent } }))
  }
  const percent = stalledPercent(pressure, 'full')
  if (percent !== undefined && percent >= thresholds.pressurePercent) {
    const plenty = availableMiB * 100 >= totalMiB * thresholdPercent
    findings.push(
      found('host.memory-pressure', 'WARNING', {
        ...about,
        params: { percent, thresholdPercent: thresholds.pressurePercent },
        ruledOut: plenty ? [notTheCause('host.memory-available', { availableMiB })] : [],
      }),
    )
  }
  const swapMiB = mibOf(meminfo, 'SwapTotal') ?? 0
  const usedMiB = swapMiB - (mibOf(meminfo, 'SwapFree') ?? swapMiB)
  const engines = swapped.filter(({ swappedMiB }) => swappedMiB >= littleMiB)
  for (const params of engines) {
    findings.push(found('host.replica-swapped', 'WARNING', { ...about, subject: `replica/${params.replica}`, params }))
  }
  if (engines.length === 0 && usedMiB * 10 > swapMiB) {
    findings.push(found('host.swap-in-use', 'INFO', { ...about, params: { usedMiB, swapMiB } }))
  }
  return { findings, looked: [memory, stalls] }
}

export const memory: Check = {
  id: 'host.memory',
  subject: 'host',
  deadlineMs: 10_000,
  run: async (context) => {
    const { files, thresholds } = context
    const replicas = await runningReplicas(context)
    const swapped = await Promise.all(
      replicas.map(async ({ id, pid }) => ({
        replica: id,
        swappedMiB: mibOf((await files.text(`/proc/${pid}/status`)) ?? '', 'VmSwap') ?? 0,
      })),
    )
    const [meminfo = '', pressure = ''] = [await files.text(meminfoFile), await pressureText(files, pressureFile)]
    return judgeMemory({ meminfo, pressure, swapped }, thresholds)
  },
}
