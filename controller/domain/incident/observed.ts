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
}

export const observedOf = (timeline: readonly HostEvent[], placement: Placement): readonly Observed[] =>
  timeline.flatMap((event, index) => {
    const eventClass = classOf(event)
    return eventClass === undefined ? [] : [{ index, event, class: eventClass, touched: touchedBy(event, placement) }]
  })

export type DoubtMs = (host: string) => number

/** How much earlier or later than told the one may have been, against the other. */
export const doubtBetween = (a: HostEvent, b: HostEvent, doubtMs: DoubtMs): number =>
  a.host !== b.host ? doubtMs(a.host) + doubtMs(b.host) : a.source === b.source ? 0 : sameHostDoubtMs
