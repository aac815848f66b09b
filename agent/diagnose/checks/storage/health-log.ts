import { z } from 'zod'

/** What a drive says of itself; undefined where it does not. */
export interface DriveHealth {
  readonly disk: string
  readonly passed: boolean | undefined
  /** NVMe: which of its own alarms are on; empty without any. */
  readonly alarms: readonly string[]
  readonly usedPercent: number | undefined
  /** NVMe: media errors. ATA: sectors that could not be read or corrected. */
  readonly mediaErrors: number | undefined
}

const nvmeLog = z.object({
  critical_warning: z.number().optional(),
  percentage_used: z.number().optional(),
  percent_used: z.number().optional(),
  media_errors: z.number().optional(),
})
const smartReport = z.object({
  smart_status: z.object({ passed: z.boolean() }).optional(),
  nvme_smart_health_information_log: nvmeLog.optional(),
  ata_smart_attributes: z.object({ table: z.array(z.object({ id: z.number(), raw: z.object({ value: z.number() }) })) }).optional(),
})

/** Bits of the NVMe critical warning field. */
const alarms = [
  'available spare below its threshold',
  'temperature out of range',
  'reliability degraded',
  'media read-only',
  'volatile memory backup failed',
  'persistent memory region unreliable',
] as const

/** Attributes 197 and 198: sectors that wait to be remapped, and those that could not be corrected. */
const sectorAttributes = new Set([197, 198])

const alarmsOf = (bits: number): readonly string[] => alarms.filter((_, bit) => (bits & (1 << bit)) !== 0)

const jsonIn = (output: string): unknown => {
  try {
    return JSON.parse(output.slice(output.indexOf('{')))
  } catch {
    return undefined
  }
}

/** `smartctl -j -H -A`; undefined when the drive told nothing, whatever the exit status, whose bits mean many things. Pure. */
export const parseSmartctl = (disk: string, output: string): DriveHealth | undefined => {
  const report = smartReport.safeParse(jsonIn(output)).data
  const log = report?.nvme_smart_health_information_log
  const table = report?.ata_smart_attributes?.table
  if (!report || (!report.smart_status && !log && !table)) return undefined
  return {
    disk,
    passed: report.smart_status?.passed,
    alarms: alarmsOf(log?.critical_warning ?? 0),
    usedPercent: log?.percentage_used,
    mediaErrors: log?.media_errors ?? table?.filter(({ id }) => sectorAttributes.has(id)).reduce((sum, { raw }) => sum + raw.value, 0),
  }
}

/** `nvme smart-log -o json`; its names differ between versions. Pure. */
export const parseNvmeLog = (disk: string, output: string): DriveHealth | undefined => {
  const log = nvmeLog.safeParse(jsonIn(output)).data
  if (log?.critical_warning === undefined) return undefined
  return {
    disk,
    passed: undefined,
    alarms: alarmsOf(log.critical_warning),
    usedPercent: log.percentage_used ?? log.percent_used,
    mediaErrors: log.media_errors,
  }
}
