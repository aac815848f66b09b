/** How far a host's clock is from the controller's, told by when a diagnosis was asked for, what the host's clock said meanwhile, and when it came. Pure. */
import type { HostDiagnosis } from '../../../shared/diagnosis/host-diagnosis.ts'

export interface HostClock {
  /** Best guess; positive: the host's clock is ahead. 0 when nothing shows that the two differ. */
  readonly aheadMs: number
  /** The truth is within this of the guess. */
  readonly doubtMs: number
}

/**
 * A check began after the request was sent and ended before the answer came, both by the controller's clock, so the host's clock is ahead by
 * at most `began - asked` and at least `ended - answered`. Null when no check ran, or the clock was set meanwhile.
 */
export const clockOf = (results: HostDiagnosis['results'], askedUnixMs: number, answeredUnixMs: number): HostClock | null => {
  if (results.length === 0) return null
  const began = Math.min(...results.map(({ atUnixMs }) => atUnixMs))
  const ended = Math.max(...results.map(({ atUnixMs, durationMs }) => atUnixMs + durationMs))
  const most = began - askedUnixMs
  const least = ended - answeredUnixMs
  if (least > most) return null
  // Zero is the likelier guess as long as it is possible: most fleets keep time.
  if (least <= 0 && most >= 0) return { aheadMs: 0, doubtMs: Math.round(Math.max(most, -least)) }
  return { aheadMs: Math.round((least + most) / 2), doubtMs: Math.round((most - least) / 2) }
}
