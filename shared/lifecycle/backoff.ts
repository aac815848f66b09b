export interface BackoffPolicy {
  readonly firstMs: number
  readonly factor: number
  readonly capMs: number
}

/** The wait before attempt number `attempt` (0 = the first retry), without jitter. Pure. */
export const backoffMs = (attempt: number, policy: BackoffPolicy): number =>
  Math.min(policy.capMs, policy.firstMs * policy.factor ** Math.min(attempt, 64))

/** Full jitter over the upper half, so that a fleet that lost its controller at once does not return at once. `random` is in [0, 1). */
export const jitter = (ms: number, random: number): number => Math.round(ms / 2 + (ms / 2) * random)
