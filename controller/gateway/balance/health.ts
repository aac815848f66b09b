/**
 * What a gateway thinks of a replica from the fate of its own requests alone. Pure.
 * hard: nobody is at home (connections refused or reset, or the engine says that it is still loading). Requests wait rather than go there.
 * soft: somebody is there but does badly (timeouts, 502, 504). The least bad still serves when there is nothing better.
 * A rest ends by a trickle of real requests, one per interval, until one is answered.
 */
export type FailureKind = 'connect' | 'unready' | 'reset' | 'timeout' | 'status'

export interface Health {
  readonly ejected: 'no' | 'hard' | 'soft'
  /** Failures in a row since the last answer. */
  readonly failures: number
  /** Rests in a row; each doubles the next. */
  readonly rests: number
  /** When the next request may try it. Monotonic. */
  readonly untilMs: number
  /** A connection was accepted since the last failure. */
  readonly accepting: boolean
}

export interface EjectionPolicy {
  readonly hardBaseMs: number
  readonly hardCapMs: number
  readonly softBaseMs: number
  readonly softCapMs: number
  readonly softThreshold: number
  readonly resetThreshold: number
  readonly maxShare: number
}

export const healthy: Health = Object.freeze({ ejected: 'no', failures: 0, rests: 0, untilMs: 0, accepting: false })

const isHard = (kind: FailureKind): boolean => kind === 'connect' || kind === 'unready' || kind === 'reset'

const thresholdOf = (kind: FailureKind, policy: EjectionPolicy): number => {
  if (kind === 'connect' || kind === 'unready') return 1
  return kind === 'reset' ? policy.resetThreshold : policy.softThreshold
}

/** Failures during a rest do not prolong it: they belong to requests that were there before it began. */
export const afterFailure = (health: Health, kind: FailureKind, nowMs: number, policy: EjectionPolicy): Health => {
  const failures = health.failures + 1
  const hard = isHard(kind)
  if (health.ejected !== 'no' && nowMs < health.untilMs && (health.ejected === 'hard' || !hard))
    return { ...health, failures, accepting: false }
  if (health.ejected === 'no' && failures < thresholdOf(kind, policy)) return { ...health, failures }
  const [baseMs, capMs] = hard ? [policy.hardBaseMs, policy.hardCapMs] : [policy.softBaseMs, policy.softCapMs]
  const restMs = Math.min(capMs, baseMs * 2 ** Math.min(health.rests, 30))
  return { ejected: hard ? 'hard' : 'soft', failures, rests: health.rests + 1, untilMs: nowMs + restMs, accepting: false }
}

/** A resting replica took a connection. An answer says more, but may take a minute to come. */
export const afterConnect = (health: Health): Health =>
  health.ejected === 'no' || health.accepting ? health : { ...health, accepting: true }

/**
 * A request goes to a resting replica whose time is up: the next one may follow after another base interval, and if by then somebody
 * was at home and nothing failed, a hard rest is over. (Engines that are loading say so at once; a soft rest takes an answer to end.)
 */
export const afterProbe = (health: Health, nowMs: number, policy: EjectionPolicy): Health => {
  if (health.ejected === 'hard' && health.accepting) return healthy
  return { ...health, untilMs: nowMs + (health.ejected === 'hard' ? policy.hardBaseMs : policy.softBaseMs) }
}

/** Nobody answered at its host: requests wait, or go elsewhere, until `untilMs`, when somebody has asked again. */
export const afterSilence = (health: Health, untilMs: number): Health => ({
  ejected: 'hard',
  failures: health.failures + 1,
  rests: health.ejected === 'hard' ? health.rests : health.rests + 1,
  untilMs,
  accepting: false,
})

/** Its host answers again. What its engine does only a request can find out, and one may try it now. */
export const afterReturn = (health: Health, nowMs: number): Health =>
  health.ejected === 'hard' ? { ...health, untilMs: Math.min(health.untilMs, nowMs) } : health

export const isOut = (health: Health, nowMs: number): boolean => health.ejected !== 'no' && nowMs < health.untilMs
