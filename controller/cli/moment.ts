import { InvalidArgumentError } from 'commander'
import { parseDurationMs } from '../../shared/units/duration.ts'

/** A moment as people give it: so long ago, or a time. */
export type Moment = { readonly kind: 'ago'; readonly ms: number } | { readonly kind: 'at'; readonly unixMs: number }

/** `2h`, `1h30m`, or ISO 8601 such as `2026-01-31T08:00:00Z`; without a zone it is this machine's time. */
export const momentValue = (text: string): Moment => {
  const ms = parseDurationMs(text)
  if (ms !== undefined) return { kind: 'ago', ms }
  const unixMs = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isFinite(unixMs)) return { kind: 'at', unixMs }
  throw new InvalidArgumentError('expected how long ago, such as 2h, or a time such as 2026-01-31T08:00:00Z')
}

/** 0 for none. */
export const unixMsOf = (moment: Moment | undefined, nowUnixMs: number): number =>
  moment === undefined ? 0 : moment.kind === 'at' ? moment.unixMs : nowUnixMs - moment.ms
