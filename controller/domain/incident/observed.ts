/** The timeline as causality sees it. Pure. */
import type { HostEvent } from '../../../shared/diagnosis/report.ts'
import { classOf, type EventClass } from './event-class.ts'
import type { Placement } from './placement.ts'
import { type Touched, touchedBy } from './relation.ts'
import { sameHostDoubtMs } from './rules.ts'

/** An event that can cause or be caused. */
export interface Observed {
  /** Position in the timeline. */
  readonly index: number
  readonly event: HostEvent
  readonly class: EventClass
  readonly touched: Touched
  /** When what it tells of began: a rank that gave up waiting had waited for all of its timeout. */
  readonly beganUnixMs: number
}

const beganAt = ({ atUnixMs, code, params }: HostEvent): number =>
  code === 'engine.nccl-timeout' && typeof params.timeoutMs === 'number' ? atUnixMs - Math.max(0, params.timeoutMs) : atUnixMs

export const observedOf = (timeline: readonly HostEvent[], placement: Placement): readonly Observed[] =>
  timeline.flatMap((event, index) => {
    const eventClass = classOf(event)
    return eventClass === undefined
      ? []
      : [{ index, event, class: eventClass, touched: touchedBy(event, placement), beganUnixMs: beganAt(event) }]
  })

export type DoubtMs = (host: string) => number

/** A wait is told to have begun by a timer that started with the operation before it: causes a little later still fit. */
const waitSlackMs = 60_000

/** The latest moment at which a cause of it can have come. */
export const latestCauseUnixMs = ({ event, beganUnixMs }: Observed): number =>
  beganUnixMs === event.atUnixMs ? event.atUnixMs : Math.min(event.atUnixMs, beganUnixMs + waitSlackMs)

/** How much earlier or later than told the one may have been, against the other. */
export const doubtBetween = (a: HostEvent, b: HostEvent, doubtMs: DoubtMs): number =>
  a.host !== b.host ? doubtMs(a.host) + doubtMs(b.host) : a.source === b.source ? 0 : sameHostDoubtMs
