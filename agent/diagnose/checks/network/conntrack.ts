import { found } from '../../../../shared/diagnosis/found.ts'
import type { TimelineEvent } from '../../../../shared/diagnosis/timeline.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { seen } from '../evidence.ts'

const folder = '/proc/sys/net/netfilter'

/** Pure. */
export const judgeConntrack = (entries: number, max: number, events: readonly TimelineEvent[], thresholdPercent: number): CheckOutcome => {
  const table = seen(`${folder}/nf_conntrack_count`, `${entries} of ${max}`)
  const dropped = events.filter(({ code }) => code === 'kernel.conntrack-full')
  const percent = max > 0 ? (entries / max) * 100 : 0
  return {
    findings: [
      ...(dropped.length > 0
        ? [
            found('network.conntrack-full', 'CRITICAL', {
              subject: 'host',
              params: { lines: dropped.length },
              evidence: [
                table,
                seen(
                  '/dev/kmsg',
                  dropped.map(({ line }) => line),
                ),
              ],
            }),
          ]
        : []),
      ...(percent > thresholdPercent
        ? [found('network.conntrack-nearly-full', 'WARNING', { subject: 'host', params: { entries, max, percent }, evidence: [table] })]
        : []),
    ],
    looked: [table],
  }
}

export const conntrack: Check = {
  id: 'network.conntrack',
  subject: 'network',
  deadlineMs: 5_000,
  run: async ({ files, events, thresholds }) => {
    const [count, max] = await Promise.all([files.text(`${folder}/nf_conntrack_count`), files.text(`${folder}/nf_conntrack_max`)])
    if (count === undefined || max === undefined)
      return { findings: [], looked: [seen(folder, 'connections are not tracked on this host')] }
    return judgeConntrack(Number(count), Number(max), events(), thresholds.conntrackPercent)
  },
}
