import { xidOf } from '../../../../shared/diagnosis/catalogue/xid.ts'
import type { Finding, Params } from '../../../../shared/diagnosis/finding.ts'
import { found } from '../../../../shared/diagnosis/found.ts'
import type { TimelineEvent } from '../../../../shared/diagnosis/timeline.ts'
import type { Verdict } from '../../../../shared/diagnosis/verdict.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import type { KernelWatchState } from '../../kmsg/watch.ts'
import { seen } from '../evidence.ts'

/** Faults that lie so far apart are not one: what comes back after its remedy is in the hardware. */
const apartMs = 10 * 60_000
const recurringTimes = 3

const textOf = (params: Params, name: string): string => (typeof params[name] === 'string' ? params[name] : '')
const numberOf = (params: Params, name: string): number => (typeof params[name] === 'number' ? params[name] : 0)

/** How often it came back, with a pause between. */
const returns = (events: readonly TimelineEvent[]): number => {
  let lastMs = Number.NEGATIVE_INFINITY
  let times = 0
  for (const { atUnixMs } of events) {
    if (atUnixMs - lastMs >= apartMs) times += 1
    lastMs = atUnixMs
  }
  return times
}

const evidenceOf = (events: readonly TimelineEvent[]) => [
  {
    ...seen(
      '/dev/kmsg',
      events.map(({ line }) => line),
    ),
    atUnixMs: Math.round(events[0]?.atUnixMs ?? 0),
  },
]

const xidFinding = (events: readonly TimelineEvent[]): Finding[] => {
  const [first] = events
  if (!first) return []
  const code = numberOf(first.params, 'code')
  const known = xidOf(code)
  const processes = [
    ...new Set(events.map(({ params }) => textOf(params, 'process')).filter((name) => name !== '' && !name.startsWith('<'))),
  ]
  // Programs that have nothing in common do not share a defect.
  const recurring = known?.kind === 'program' ? processes.length >= recurringTimes : returns(events) >= recurringTimes
  const action = recurring && known?.action === 'reboot' ? 'replace' : (known?.action ?? '')
  const params = {
    uuid: textOf(first.params, 'gpuUuid'),
    bus: textOf(first.params, 'bus'),
    code,
    kind: known?.kind ?? '',
    action,
    times: events.length,
    processes,
    recurring,
  }
  return [found('gpu.xid', verdictOf(known?.kind, action, recurring), { subject: first.subject, params, evidence: evidenceOf(events) })]
}

const verdictOf = (kind: string | undefined, action: string, recurring: boolean): Verdict => {
  if (kind === undefined) return 'WARNING'
  if (kind === 'program') return recurring ? 'CRITICAL' : 'WARNING'
  if (action === 'none') return 'INFO'
  return action === 'restart' ? 'WARNING' : 'CRITICAL'
}

const sxidFinding = (events: readonly TimelineEvent[]): Finding[] => {
  const [first] = events
  if (!first) return []
  const fatal = events.some(({ params }) => params.fatal === true)
  const links = [...new Set(events.map(({ params }) => numberOf(params, 'link')).filter((link) => link >= 0))]
  const params = { bus: textOf(first.params, 'bus'), code: numberOf(first.params, 'code'), fatal, times: events.length, links }
  return [found('gpu.sxid', fatal ? 'CRITICAL' : 'WARNING', { subject: first.subject, params, evidence: evidenceOf(events) })]
}

/** One finding for each code of each GPU. Pure. */
export const judgeXids = (events: readonly TimelineEvent[], log: KernelWatchState): CheckOutcome => {
  const faults = events.filter(({ code }) => code === 'kernel.xid' || code === 'kernel.sxid')
  const groups = Map.groupBy(faults, ({ code, subject, params }) => `${code} ${subject} ${numberOf(params, 'code')}`)
  const findings = [...groups.values()].flatMap((group) => (group[0]?.code === 'kernel.xid' ? xidFinding(group) : sxidFinding(group)))
  if (log.reading) return { findings, looked: [seen('/dev/kmsg', `${faults.length} faults of GPUs and NVSwitches in the window`)] }
  const unread =
    log.errno === 'EACCES' || log.errno === 'EPERM'
      ? found('looking.forbidden', 'UNKNOWN', { subject: 'host', params: { what: '/dev/kmsg' }, evidence: [] })
      : found('looking.failed', 'UNKNOWN', { subject: 'host', params: { what: '/dev/kmsg', message: log.problem }, evidence: [] })
  return { findings: [...findings, unread], looked: [] }
}

export const xid: Check = {
  id: 'gpu.xid',
  subject: 'gpu',
  deadlineMs: 5_000,
  run: async (context) => judgeXids(context.events(), context.kernelLog()),
}
