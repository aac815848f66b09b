/** The extremes of a figure over the last while, in a few slots however often it is looked at. Pure. */

export interface Slot {
  readonly fromMs: number
  readonly toMs: number
  readonly value: number
}

/** Oldest first, without overlap. */
export type Slots = readonly Slot[]

const slotsPerSpan = 30

/** @param pick of two values of one slot the one that is kept, such as Math.max */
export const addTo = (slots: Slots, value: number, nowMs: number, spanMs: number, pick: (a: number, b: number) => number): Slots => {
  const kept = slots.filter(({ toMs }) => toMs > nowMs - spanMs)
  const newest = kept.at(-1)
  if (newest === undefined || nowMs - newest.fromMs >= spanMs / slotsPerSpan) return [...kept, { fromMs: nowMs, toMs: nowMs, value }]
  return [...kept.slice(0, -1), { fromMs: newest.fromMs, toMs: nowMs, value: pick(newest.value, value) }]
}

/** The extreme of what was added; `none` when nothing was. */
export const extremeOf = (slots: Slots, pick: (a: number, b: number) => number, none: number): number =>
  slots.length === 0 ? none : slots.map(({ value }) => value).reduce((a, b) => pick(a, b))
