import type { RateLimit } from '../../../shared/fleet/membership.ts'
import { type Bucket, bucketOf, carryOver, take } from './token-bucket.ts'

/** One limit that a request must pass; `id` names the bucket. */
export interface LimitClaim {
  readonly id: string
  readonly limit: RateLimit
}

export type Verdict = { readonly admitted: true } | { readonly admitted: false; readonly claim: LimitClaim; readonly retryAfterMs: number }

interface Entry {
  limit: RateLimit
  bucket: Bucket
  fullAtUs: number
}

const admitted: Verdict = { admitted: true }

/** The buckets of all API keys and deployments. A bucket is made when its limit is first met. */
export class RateLimits {
  readonly #entries = new Map<string, Entry>()

  /** Takes one token of each claim, or of none. */
  admit(claims: readonly LimitClaim[], nowMs: number): Verdict {
    if (claims.length === 0) return admitted
    const nowUs = Math.floor(nowMs * 1000)
    const wins: { entry: Entry; fullAtUs: number }[] = []
    for (const claim of claims) {
      const entry = this.#entry(claim, nowUs)
      const taken = take(entry.bucket, entry.fullAtUs, nowUs)
      if (!taken.allowed) return { admitted: false, claim, retryAfterMs: Math.ceil(taken.retryAfterUs / 1000) }
      wins.push({ entry, fullAtUs: taken.fullAtUs })
    }
    for (const { entry, fullAtUs } of wins) entry.fullAtUs = fullAtUs
    return admitted
  }

  /** Forgets the buckets of keys and deployments that are gone. */
  retain(ids: ReadonlySet<string>): void {
    for (const id of this.#entries.keys()) if (!ids.has(id)) this.#entries.delete(id)
  }

  #entry({ id, limit }: LimitClaim, nowUs: number): Entry {
    const known = this.#entries.get(id)
    if (!known) {
      const entry = { limit, bucket: bucketOf(limit), fullAtUs: nowUs }
      this.#entries.set(id, entry)
      return entry
    }
    if (known.limit !== limit) {
      const bucket = bucketOf(limit)
      if (bucket.intervalUs !== known.bucket.intervalUs || bucket.capacityUs !== known.bucket.capacityUs) {
        known.fullAtUs = carryOver(known.bucket, bucket, known.fullAtUs, nowUs)
        known.bucket = bucket
      }
      known.limit = limit
    }
    return known
  }
}
