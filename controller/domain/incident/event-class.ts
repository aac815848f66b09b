/** What an event is to causality: its code, and where one code tells of opposite things, which of them. Pure. */

import { xidOf } from '../../../shared/diagnosis/catalogue/xid.ts'
import type { EventCode } from '../../../shared/diagnosis/catalogue.ts'
import type { TimelineEvent } from '../../../shared/diagnosis/timeline.ts'

/** Refined classes stand beside the codes they are made from. */
export type EventClass =
  | Exclude<EventCode, 'kernel.xid' | 'container.exit' | 'tuning.drift'>
  | 'kernel.xid'
  /** Such as Xid 45, channels cleaned up after a process ended. Always a consequence. */
  | 'kernel.xid.cleanup'
  /** Anything but 0: what a container ends with when it was told to stop is no fault. */
  | 'container.exit'
  | 'tuning.drift.neighbours'
  | 'tuning.drift.conntrack'
  | 'tuning.drift.backlog'

const driftClasses: readonly { readonly key: RegExp; readonly class: EventClass }[] = [
  { key: /\.neigh\..*gc_thresh/, class: 'tuning.drift.neighbours' },
  { key: /nf_conntrack_(max|buckets)/, class: 'tuning.drift.conntrack' },
  { key: /somaxconn|tcp_max_syn_backlog|netdev_max_backlog/, class: 'tuning.drift.backlog' },
]

/** Undefined: an event that neither causes anything nor is caused. */
export const classOf = ({ code, params }: Pick<TimelineEvent, 'code' | 'params'>): EventClass | undefined => {
  if (code === 'kernel.xid') return xidOf(Number(params.code))?.kind === 'after' ? 'kernel.xid.cleanup' : 'kernel.xid'
  if (code === 'container.exit') return params.exitCode === 0 ? undefined : 'container.exit'
  if (code === 'tuning.drift') return driftClasses.find(({ key }) => key.test(String(params.key)))?.class
  return code as EventClass
}
