import type { Finding } from '../../../../shared/diagnosis/finding.ts'
import { found, notTheCause } from '../../../../shared/diagnosis/found.ts'
import type { Thresholds } from '../../../../shared/diagnosis/thresholds.ts'
import type { TimelineEvent } from '../../../../shared/diagnosis/timeline.ts'
import { seen } from '../evidence.ts'

/** One of the kernel's two neighbour tables. */
export interface NeighbourTable {
  readonly family: 'ipv4' | 'ipv6'
  readonly entries: number
  readonly gcThresh3: number
  /** Since the host started; undefined where the kernel does not count. */
  readonly fulls: number | undefined
  /** Of these in the window; undefined where nobody looked at its beginning. */
  readonly fullsInWindow: number | undefined
  readonly statistics: string
}

export const tableOf = { ipv4: 'arp_cache', ipv6: 'ndisc_cache' } as const

/** Pure. A table that overflowed before the window and has room now is told of, and is no fault of now. */
export const judgeTable = (
  table: NeighbourTable,
  events: readonly TimelineEvent[],
  { neighbourTablePercent: thresholdPercent }: Pick<Thresholds, 'neighbourTablePercent'>,
): readonly Finding[] => {
  const { family, entries, gcThresh3, fulls = 0, fullsInWindow } = table
  const lines = events.filter(({ code, params }) => code === 'kernel.neighbour-overflow' && params.table === tableOf[family])
  const evidence = [
    seen(`/proc/net/stat/${tableOf[family]}`, table.statistics),
    seen(`/proc/sys/net/${family}/neigh/default/gc_thresh3`, `${gcThresh3}`),
    ...(lines.length > 0
      ? [
          seen(
            '/dev/kmsg',
            lines.map(({ line }) => line),
          ),
        ]
      : []),
  ]
  const about = { subject: 'host', evidence }
  const percent = gcThresh3 > 0 ? (entries / gcThresh3) * 100 : 0
  const isFull = percent >= thresholdPercent
  // The kernel limits the rate of its lines, so the counter says more where it is known.
  const recent = Math.max(fullsInWindow ?? 0, lines.length)
  if (recent > 0 || fulls > 0) {
    const overflows = recent > 0 ? recent : fulls
    const sinceBoot = recent === 0
    const verdict = !sinceBoot ? 'CRITICAL' : isFull ? 'WARNING' : 'INFO'
    return [
      found('network.neighbour-overflow', verdict, {
        ...about,
        params: { family, overflows, sinceBoot, entries, gcThresh3 },
        ruledOut: isFull ? [] : [notTheCause('network.table-has-room', { family, entries, gcThresh3 })],
      }),
    ]
  }
  if (!isFull) return []
  return [
    found('network.neighbours-nearly-full', 'WARNING', { ...about, params: { family, entries, gcThresh3, percent, thresholdPercent } }),
  ]
}
