import { found } from '../../../../shared/diagnosis/found.ts'
import { pause } from '../../../../shared/lifecycle/deadline.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { seen } from '../evidence.ts'
import { type Disk, disksUnder } from './disks.ts'
import { modelPlaces, onePerMount } from './model-places.ts'

/** Counters of one disk since the boot. */
export interface DiskCounters {
  readonly reads: number
  readonly sectorsRead: number
  readonly readMs: number
}

const table = '/proc/diskstats'
const sampleMs = 2_000
/** Fewer say nothing of how the disk is. */
const fewestReads = 20
const sectorBytes = 512
const rotatingFactor = 4

/** Counters by the kernel's name of the disk. Pure. */
export const parseDiskstats = (text: string): ReadonlyMap<string, DiskCounters> =>
  new Map(
    text.split('\n').flatMap((line) => {
      const [, , name, reads, , sectors, readMs] = line.trim().split(/\s+/)
      if (name === undefined || readMs === undefined) return []
      return [[name, { reads: Number(reads), sectorsRead: Number(sectors), readMs: Number(readMs) }] as const]
    }),
  )

export interface DiskSample {
  readonly disk: Disk
  readonly before: DiskCounters
  readonly after: DiskCounters
}

/** How long reads took in the sample, queueing included. Pure. */
export const judgeReadLatency = (samples: readonly DiskSample[], elapsedMs: number, thresholdMs: number): CheckOutcome => {
  const measured = samples.map(({ disk, before, after }) => {
    const reads = after.reads - before.reads
    return {
      disk: disk.name,
      thresholdMs: disk.rotational ? thresholdMs * rotatingFactor : thresholdMs,
      reads,
      averageMs: reads > 0 ? Math.round(((after.readMs - before.readMs) / reads) * 10) / 10 : 0,
      readsPerSecond: Math.round((reads * 1000) / elapsedMs),
      mibPerSecond: Math.round(((after.sectorsRead - before.sectorsRead) * sectorBytes * 1000) / elapsedMs / 1024 / 1024),
    }
  })
  const lineOf = ({ disk, reads, averageMs, mibPerSecond }: (typeof measured)[number]) =>
    `${disk}: ${reads} reads in ${elapsedMs} ms, ${averageMs} ms each, ${mibPerSecond} MiB/s`
  return {
    findings: measured
      .filter(({ reads, averageMs, thresholdMs: limit }) => reads >= fewestReads && averageMs > limit)
      .map((disk) => {
        const { reads: _, ...params } = disk
        return found('storage.slow-reads', 'WARNING', { subject: `disk/${disk.disk}`, params, evidence: [seen(table, lineOf(disk))] })
      }),
    looked: [seen(table, measured.length > 0 ? measured.map(lineOf) : 'models are on no disk of this host')],
  }
}

export const readLatency: Check = {
  id: 'storage.read-latency',
  subject: 'storage',
  deadlineMs: 30_000,
  run: async (context, signal) => {
    const places = onePerMount(await modelPlaces(context, signal))
    const disks = (await Promise.all(places.map(({ mount }) => (mount ? disksUnder(context.files, mount) : [])))).flat()
    const counters = async () => parseDiskstats((await context.files.text(table)) ?? '')
    const before = await counters()
    const startedMs = context.nowUnixMs()
    if (disks.length > 0) await pause(sampleMs, signal)
    const after = await counters()
    const samples = disks.flatMap((disk): readonly DiskSample[] => {
      const [first, last] = [before.get(disk.name), after.get(disk.name)]
      return first && last ? [{ disk, before: first, after: last }] : []
    })
    return judgeReadLatency(samples, Math.max(1, context.nowUnixMs() - startedMs), context.thresholds.readLatencyMs)
  },
}
