import type { Finding } from '../../../../shared/diagnosis/finding.ts'
import { found } from '../../../../shared/diagnosis/found.ts'
import type { TimelineEvent } from '../../../../shared/diagnosis/timeline.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { seen } from '../evidence.ts'
import { unreadKernelLog } from '../kernel-log.ts'

const taintFile = '/proc/sys/kernel/tainted'
/** Of the taint flags those that mean that something broke. Modules that are not free, such as NVIDIA's driver, taint as well: that is normal. */
const broken: readonly { readonly bit: number; readonly flag: string }[] = [
  { bit: 4, flag: 'M (machine check)' },
  { bit: 5, flag: 'B (bad page)' },
  { bit: 7, flag: 'D (oops)' },
  { bit: 14, flag: 'L (soft lockup)' },
]
const warnedBit = 9

const eventEvidence = (events: readonly TimelineEvent[]) =>
  events.slice(-5).map(({ line, atUnixMs }) => ({ source: '/dev/kmsg', lines: [line], atUnixMs }))

const has = (taint: number, bit: number): boolean => Math.floor(taint / 2 ** bit) % 2 === 1

/** What the kernel remembers of itself since the boot, and what it told in the window. Pure. */
export const judgeKernel = (taint: number | undefined, events: readonly TimelineEvent[]): CheckOutcome => {
  const looked = [seen(taintFile, `${taint ?? 'not there'}`)]
  const about = { subject: 'host', evidence: looked }
  const findings: Finding[] = []
  const flags = broken.filter(({ bit }) => has(taint ?? 0, bit)).map(({ flag }) => flag)
  if (flags.length > 0) findings.push(found('host.kernel-broken', 'CRITICAL', { ...about, params: { flags } }))
  else if (has(taint ?? 0, warnedBit)) findings.push(found('host.kernel-warned', 'INFO', { ...about, params: {} }))

  const hung = events.filter(({ code }) => code === 'kernel.hung-task')
  if (hung.length > 0) {
    const processes = [...new Set(hung.map(({ params }) => `${params.process} (pid ${params.pid})`))].slice(0, 5)
    findings.push(
      found('host.hung-tasks', 'CRITICAL', { subject: 'host', params: { processes, count: hung.length }, evidence: eventEvidence(hung) }),
    )
  }
  const checks = events.filter(({ code }) => code === 'kernel.machine-check')
  if (checks.length > 0) {
    findings.push(
      found('host.machine-checks', 'WARNING', { subject: 'host', params: { count: checks.length }, evidence: eventEvidence(checks) }),
    )
  }
  return { findings, looked }
}

export const kernel: Check = {
  id: 'host.kernel',
  subject: 'host',
  deadlineMs: 5_000,
  run: async (context) => {
    const text = await context.files.text(taintFile)
    const { findings, looked } = judgeKernel(text === undefined ? undefined : Number(text), context.events())
    return { findings: [...findings, ...unreadKernelLog(context)], looked }
  },
}
