import { take } from './token-bucket.ts'

/** One limit in LLM tokens that a request must pass; `id` names the bucket. */
export interface TokenClaim {
  readonly id: string
  readonly tokensPerMinute: number
}

interface Entry {
  tokensPerMinute: number
  /** The microsecond at which the bucket will be full again. */
  fullAtUs: number
}

/** A bucket holds a minute's worth, in time. */
const minuteUs = 60_000_000
/** What may be owed beyond an empty bucket, so that one request that was guessed badly shuts nobody out for long. */
const mostOwedUs = minuteUs

const timeOf = (tokens: number, tokensPerMinute: number): number => Math.ceil((tokens * minuteUs) / tokensPerMinute)

/** What a request was charged before anybody knew what it costs. */
export interface TokenHold {
  /** Puts the charge right: gives back, or takes more. The first call counts; all later ones do nothing. */
  settle(usedTokens: number, nowMs: number): void
}

export type TokenVerdict =
  | { readonly admitted: true; readonly hold: TokenHold }
  | { readonly admitted: false; readonly claim: TokenClaim; readonly retryAfterMs: number }

/**
 * Buckets of LLM tokens, kept as those of requests are: one integer each, refilled by nobody. A request is charged by an estimate, and again by
 * what the engine says that it used. One that costs more than a bucket holds passes when the bucket is full.
 */
export class TokenLimits {
  readonly #entries = new Map<string, Entry>()

  /** Charges each claim, or none. */
  admit(claims: readonly TokenClaim[], tokens: number, nowMs: number): TokenVerdict {
    const nowUs = Math.floor(nowMs * 1000)
    const charges: { readonly entry: Entry; readonly chargedUs: number }[] = []
    for (const claim of claims) {
      const entry = this.#entry(claim, nowUs)
      const chargedUs = Math.min(minuteUs, timeOf(tokens, claim.tokensPerMinute))
      const taken = take({ intervalUs: 1, capacityUs: minuteUs }, entry.fullAtUs, nowUs, chargedUs)
      if (!taken.allowed) return { admitted: false, claim, retryAfterMs: Math.ceil(taken.retryAfterUs / 1000) }
      charges.push({ entry, chargedUs })
    }
    for (const { entry, chargedUs } of charges) entry.fullAtUs = Math.max(entry.fullAtUs, nowUs) + chargedUs
    let open = true
    const settle = (usedTokens: number, settledMs: number): void => {
      if (!open) return
      open = false
      const settledUs = Math.floor(settledMs * 1000)
      for (const { entry, chargedUs } of charges) {
        const differenceUs = timeOf(usedTokens, entry.tokensPerMinute) - chargedUs
        // A bucket that has refilled meanwhile is no fuller for what is given back: what is past counts as now.
        entry.fullAtUs = Math.min(Math.max(entry.fullAtUs, settledUs) + differenceUs, settledUs + minuteUs + mostOwedUs)
      }
    }
    return { admitted: true, hold: { settle } }
  }

  /** Forgets the buckets of keys and deployments that are gone. */
  retain(ids: ReadonlySet<string>): void {
    for (const id of this.#entries.keys()) if (!ids.has(id)) this.#entries.delete(id)
  }

  #entry({ id, tokensPerMinute }: TokenClaim, nowUs: number): Entry {
    let entry = this.#entries.get(id)
    if (!entry) {
      entry = { tokensPerMinute, fullAtUs: nowUs }
      this.#entries.set(id, entry)
    } else if (entry.tokensPerMinute !== tokensPerMinute) {
      // As many tokens are missing as before.
      const missingUs = Math.max(0, entry.fullAtUs - nowUs)
      entry.fullAtUs = nowUs + Math.min(minuteUs + mostOwedUs, Math.ceil((missingUs * entry.tokensPerMinute) / tokensPerMinute))
      entry.tokensPerMinute = tokensPerMinute
    }
    return entry
  }
}
