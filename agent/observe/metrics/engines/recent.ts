import type { Reading } from './read-engine.ts'

const windowMs = 60_000

interface Mark {
  readonly atMs: number
  readonly reading: Reading
}

/** The value below which a share of the observations lie that came between two readings, as histogram_quantile has it. Undefined without any. */
export const quantileBetween = (share: number, before: Reading | undefined, now: Reading): number | undefined => {
  const total = now.count - (before?.count ?? 0)
  if (total <= 0 || now.buckets.size === 0) return undefined
  const rank = share * total
  let below = 0
  let lower = 0
  const bounds = [...now.buckets].map(([le, count]) => ({ upper: Number(le), count: count - (before?.buckets.get(le) ?? 0) }))
  for (const { upper, count } of bounds.sort((a, b) => a.upper - b.upper)) {
    if (count >= rank) return count === below ? upper : lower + ((upper - lower) * (rank - below)) / (count - below)
    below = count
    lower = upper
  }
  // In the last bucket, which has no upper bound: at least this much.
  return lower
}

/** What came in the last one to two minutes of a histogram that only grows. */
export class Recent {
  #older: Mark | undefined
  #newer: Mark | undefined

  /** Takes the newest reading in; one that counts less than before is of an engine that began again. */
  take(atMs: number, reading: Reading): void {
    if (this.#newer && reading.count < this.#newer.reading.count) {
      this.#older = undefined
      this.#newer = undefined
    }
    if (this.#newer && atMs - this.#newer.atMs < windowMs) return
    this.#older = this.#newer
    this.#newer = { atMs, reading }
  }

  /** Undefined when nothing came. */
  quantile(share: number, now: Reading): number | undefined {
    return quantileBetween(share, this.#before(), now)
  }

  mean(now: Reading): number | undefined {
    const before = this.#before()
    const count = now.count - (before?.count ?? 0)
    return before && count > 0 ? (now.sum - before.sum) / count : undefined
  }

  #before(): Reading | undefined {
    return (this.#older ?? this.#newer)?.reading
  }
}
