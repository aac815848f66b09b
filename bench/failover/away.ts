import { quantile } from '../measure/statistics.ts'
import type { Asked } from './open-loop.ts'

/** What a fault did to the requests of a gateway. */
export interface Away {
  /** From the fault until the last request that it held up was answered; 0: it held none up. */
  readonly awayMs: number
  /** Requests of which an attempt failed. */
  readonly sentAgain: number
  /** Those of them that were held up by it, or failed. */
  readonly heldUp: number
  /** The longest of them, from its sending to its end. */
  readonly longestMs: number
}

const noticeableMs = 50
/** What is under way for longer than this hangs. */
const hangsMs = 5_000

/** What the gateway's access log says of the requests of which an attempt failed: why, by their ids. */
export const metTrouble = (log: string): ReadonlyMap<string, string> => {
  const reasons = new Map<string, string>()
  for (const line of log.split('\n')) {
    if (!line.includes('"requestId"') || !line.includes('"reason"')) continue
    const { requestId, reason } = JSON.parse(line) as { requestId: string; reason: string }
    reasons.set(requestId, reason)
  }
  return reasons
}

/** A refused connection, such as of each request that tries whether a replica is back, costs nothing: the request is sent on at once. */
const isHeldUp = (reason: string | undefined): boolean => reason !== undefined && !reason.includes('ECONNREFUSED')

/**
 * Pure. Counts requests that met trouble (an attempt that failed; the gateway says which) and took noticeably longer than all but one in a
 * hundred of those before the fault, or failed, or are still under way.
 */
export const awayAfter = (asked: readonly Asked[], troubled: ReadonlyMap<string, string>, faultMs: number, nowMs: number): Away => {
  const tookMs = ({ sentMs, endMs = nowMs }: Asked) => endMs - sentMs
  const usualMs = quantile(asked.filter(({ endMs }) => endMs !== undefined && endMs < faultMs).map(tookMs), 0.99)
  const met = asked.filter(({ endMs = nowMs }) => endMs >= faultMs)
  const heldUp = met.filter(
    (one) =>
      one.failed !== undefined ||
      (one.endMs === undefined ? tookMs(one) > hangsMs : isHeldUp(troubled.get(one.id)) && tookMs(one) > usualMs + noticeableMs),
  )
  return {
    awayMs: Math.max(0, ...heldUp.map(({ endMs = nowMs }) => endMs - faultMs)),
    sentAgain: met.filter(({ id }) => troubled.has(id)).length,
    heldUp: heldUp.length,
    longestMs: Math.max(0, ...heldUp.map(tookMs)),
  }
}
