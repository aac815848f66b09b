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

/** Of what runs and ends again and again: how long to wait before the start that follows so many failures in a row. The first comes at once. */
export const restartDelayMs = (failures: number, policy: BackoffPolicy): number => (failures <= 1 ? 0 : backoffMs(failures - 2, policy))

/** Agents restart replicas by it, the controller gangs. */
export const restartBackoff: BackoffPolicy = { firstMs: 1_000, factor: 2, capMs: 300_000 }

/** What was ready for so long before its end has made earlier failures forgotten. */
export const restartForgiveMs = 600_000
