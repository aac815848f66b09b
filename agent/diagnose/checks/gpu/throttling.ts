import type { Finding } from '../../../../shared/diagnosis/finding.ts'
import { found, notTheCause } from '../../../../shared/diagnosis/found.ts'
import type { Series } from '../../../../shared/diagnosis/host-diagnosis.ts'
import type { Check } from '../../check.ts'
import { seen } from '../evidence.ts'
import { eachGpu, type Gpu, lookAtGpus, subjectOf, which } from './report.ts'

/** Idle, the software power cap and clocks that somebody set are normal, so they are not here. */
const hardware = {
  hw_thermal_slowdown: 'thermal',
  sw_thermal_slowdown: 'thermal',
  hw_power_brake_slowdown: 'power-brake',
  hw_slowdown: 'hardware',
} as const

type Reason = keyof typeof hardware
const reasons = Object.keys(hardware) as Reason[]

const windowMs = 10 * 60_000

/** In how many of the last ten minutes any of these was given. Pure. */
export const slowMinutes = (series: readonly Series[], nowUnixMs: number): number => {
  const minutes = new Set<number>()
  for (const { labels, atUnixMs, values } of series) {
    if (!reasons.includes(labels.reason as Reason)) continue
    for (const [index, at] of atUnixMs.entries()) {
      if ((values[index] ?? 0) > 0 && at > nowUnixMs - windowMs && at <= nowUnixMs) minutes.add(Math.floor((nowUnixMs - at) / 60_000))
    }
  }
  return minutes.size
}

/** Now, and where a past is kept, in the last ten minutes. Pure. */
export const judgeThrottling = (gpu: Gpu, series: readonly Series[], nowUnixMs: number, perMinute: number): readonly Finding[] => {
  const active = reasons.filter((reason) => gpu.throttle?.reasons[reason])
  const past = series.filter(({ labels }) => labels.uuid === gpu.uuid && reasons.includes(labels.reason as Reason))
  const minutes = past.length === 0 ? -1 : slowMinutes(past, nowUnixMs)
  const often = minutes >= perMinute * (windowMs / 60_000)
  if (active.length === 0 && !often) return []
  // The name of the past one where it is over now: the most that was given.
  const named =
    active[0] ?? (past.find(({ values }) => values.some((value) => (value ?? 0) > 0))?.labels.reason as Reason | undefined) ?? 'hw_slowdown'
  const params = { ...which(gpu), reason: hardware[named], minutes, celsius: gpu.temperature?.gpuCelsius ?? 0 }
  const evidence = [
    seen('nvidia-smi -q -x', [
      `active now: ${active.join(', ') || 'none of the hardware'}`,
      `${gpu.temperature?.gpuCelsius ?? '?'} C, ${gpu.power?.drawWatts ?? '?'} W`,
    ]),
    ...(minutes < 0 ? [] : [seen('hostler_gpu_throttled', `slowed in ${minutes} of the last 10 minutes`)]),
  ]
  const ruledOut = gpu.throttle?.reasons.gpu_idle === false ? [notTheCause('gpu.idle', { uuid: gpu.uuid ?? '' })] : []
  return [found('gpu.throttled', often || minutes < 0 ? 'WARNING' : 'INFO', { subject: subjectOf(gpu), params, evidence, ruledOut })]
}

const says = ({ throttle }: Gpu): string => {
  const given = Object.entries(throttle?.reasons ?? {}).filter(([, active]) => active)
  return throttle === undefined ? 'reasons not told' : given.map(([name]) => name).join(', ') || 'full clocks'
}

export const throttling: Check = {
  id: 'gpu.throttling',
  subject: 'gpu',
  deadlineMs: 30_000,
  run: async (context, signal) => {
    const looked = await lookAtGpus(context, signal)
    if ('outcome' in looked) return looked.outcome
    const series = context.series('hostler_gpu_throttled')
    const { hardwareSlowdownsPerMinute } = context.thresholds
    return eachGpu(looked.report, (gpu) => judgeThrottling(gpu, series, context.nowUnixMs(), hardwareSlowdownsPerMinute), says)
  },
}
