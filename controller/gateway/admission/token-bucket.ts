import type { RateLimit } from '../../../shared/fleet/membership.ts'

/**
 * A token bucket kept as one integer: the microsecond at which it will be full again. Taking a token moves that moment by one
 * interval; a token is there as long as the moment stays within the capacity. Nothing is refilled by a timer. Pure.
 */
export interface Bucket {
  /** Time in which one token comes back. */
  readonly intervalUs: number
  /** The whole bucket, in time. */
  readonly capacityUs: number
}

export type Taken = { readonly allowed: true; readonly fullAtUs: number } | { readonly allowed: false; readonly retryAfterUs: number }

/** A bucket holds at least one token, or nothing would ever pass. */
export const bucketOf = (limit: RateLimit): Bucket => {
  const intervalUs = Math.max(1, Math.round(1_000_000 / limit.requestsPerSecond))
  return { intervalUs, capacityUs: intervalUs * Math.max(1, Math.floor(limit.burst)) }
}

/**
 * Takes `tokens` at `nowUs`, or says in how many microseconds they will be there. Nothing is taken on refusal.
 * More tokens than the bucket holds are treated as all that it holds.
 */
export const take = (bucket: Bucket, fullAtUs: number, nowUs: number, tokens = 1): Taken => {
  const costUs = Math.min(tokens * bucket.intervalUs, bucket.capacityUs)
  const wouldBeFullAtUs = Math.max(fullAtUs, nowUs) + costUs
  const missingUs = wouldBeFullAtUs - nowUs - bucket.capacityUs
  return missingUs > 0 ? { allowed: false, retryAfterUs: missingUs } : { allowed: true, fullAtUs: wouldBeFullAtUs }
}

/** The same number of missing tokens in a bucket of another rate. */
export const carryOver = (from: Bucket, to: Bucket, fullAtUs: number, nowUs: number): number =>
  nowUs + Math.min(to.capacityUs, Math.ceil(Math.max(0, fullAtUs - nowUs) / from.intervalUs) * to.intervalUs)
