import type { Finding } from '../../../../shared/diagnosis/finding.ts'
import { found } from '../../../../shared/diagnosis/found.ts'
import type { Thresholds } from '../../../../shared/diagnosis/thresholds.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import type { CheckContext } from '../../context.ts'
import { seen } from '../evidence.ts'
import { cpuStatPaths } from './cpu-stat-paths.ts'
import { pressureText, stalledPercent } from './pressure.ts'
import { type RunningReplica, runningReplicas } from './running-replicas.ts'

/** Periods in which a cgroup with a limit ran, and in how many of them it used up its share. */
export interface Throttling {
  readonly replica: string
  readonly periods: number
  readonly throttled: number
  readonly source: string
}

export interface ProcessorReading {
  readonly pressure: string
  readonly loadavg: string
  readonly processors: number
  readonly throttling: readonly Throttling[]
}

const pressureFile = '/proc/pressure/cpu'
/** Fewer are a start, not a state. */
const fewestPeriods = 100

/** The text of a cgroup's cpu.stat; periods 0 without a limit. Pure. */
export const parseCpuStat = (text: string): { readonly periods: number; readonly throttled: number } => {
  const field = (name: string) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1] ?? 0)
  return { periods: field('nr_periods'), throttled: field('nr_throttled') }
}

/** Pure. */
export const judgeProcessors = ({ pressure, loadavg, processors, throttling }: ProcessorReading, thresholds: Thresholds): CheckOutcome => {
  const looked = [seen(pressureFile, pressure === '' ? 'this kernel keeps none' : pressure), seen('/proc/loadavg', loadavg)]
  const findings: Finding[] = []
  const percent = stalledPercent(pressure, 'some')
  const load = Number(loadavg.split(' ')[1] ?? 0)
  // Some wait is normal on a busy host: only with more work than processors is it theirs.
  if (percent !== undefined && percent >= thresholds.pressurePercent && load > processors) {
    const params = { percent, thresholdPercent: thresholds.pressurePercent, load, processors }
    findings.push(found('host.cpu-pressure', 'WARNING', { subject: 'host', params, evidence: looked }))
  }
  for (const { replica, periods, throttled, source } of throttling) {
    const share = periods === 0 ? 0 : Math.round((throttled * 1000) / periods) / 10
    if (periods < fewestPeriods || share < thresholds.cpuThrottledPercent) continue
    findings.push(
      found('host.cpu-throttled', 'WARNING', {
        subject: `replica/${replica}`,
        params: { replica, percent: share, thresholdPercent: thresholds.cpuThrottledPercent },
        evidence: [seen(source, [`nr_periods ${periods}`, `nr_throttled ${throttled}`])],
      }),
    )
  }
  return { findings, looked }
}

const throttlingOf = async ({ files }: CheckContext, { id, pid }: RunningReplica): Promise<readonly Throttling[]> => {
  for (const source of cpuStatPaths((await files.text(`/proc/${pid}/cgroup`)) ?? '')) {
    const text = await files.text(source)
    if (text !== undefined) return [{ replica: id, source, ...parseCpuStat(text) }]
  }
  return []
}

export const processors: Check = {
  id: 'host.processors',
  subject: 'host',
  deadlineMs: 10_000,
  run: async (context) => {
    const { files, thresholds } = context
    const throttling = (await Promise.all((await runningReplicas(context)).map((replica) => throttlingOf(context, replica)))).flat()
    const online = [...((await files.text('/proc/stat')) ?? '').matchAll(/^cpu\d+ /gm)].length
    return judgeProcessors(
      {
        pressure: await pressureText(files, pressureFile),
        loadavg: (await files.text('/proc/loadavg')) ?? '',
        processors: online,
        throttling,
      },
      thresholds,
    )
  },
}
