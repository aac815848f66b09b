/** How counters grew of late. In memory: after a start of the controller a window has to be lived through first. */

interface Past {
  readonly sinceMs: number
  last: number
  lastSeenMs: number
  /** When it grew and by how much; neighbours are brought together, so that there are few. */
  growths: { readonly atMs: number; by: number }[]
}

const growthsAWindow = 60

export interface Growth {
  readonly grown: number
  /** Whether the whole window was seen. */
  readonly complete: boolean
}

export class CounterPast {
  readonly #pasts = new Map<string, Past>()
  #sweptMs = 0

  /** Remembers a value, and says how much the counter grew within the window. A counter that falls has begun anew from 0. */
  see(key: string, value: number, windowMs: number, nowMs: number): Growth {
    this.#sweep(nowMs, windowMs)
    const past = this.#pasts.get(key)
    if (!past) {
      this.#pasts.set(key, { sinceMs: nowMs, last: value, lastSeenMs: nowMs, growths: [] })
      return { grown: 0, complete: false }
    }
    const by = value >= past.last ? value - past.last : value
    past.last = value
    past.lastSeenMs = nowMs
    const newest = past.growths.at(-1)
    if (by > 0 && newest && nowMs - newest.atMs < windowMs / growthsAWindow) newest.by += by
    else if (by > 0) past.growths.push({ atMs: nowMs, by })
    const complete = nowMs - past.sinceMs >= windowMs
    // So it is with nearly all counters that rules look at: errors and restarts.
    if (past.growths.length === 0) return { grown: 0, complete }
    past.growths = past.growths.filter(({ atMs }) => nowMs - atMs <= windowMs)
    return { grown: past.growths.reduce((sum, growth) => sum + growth.by, 0), complete }
  }

  /** Series that are gone are forgotten. */
  #sweep(nowMs: number, windowMs: number): void {
    if (nowMs - this.#sweptMs < windowMs) return
    this.#sweptMs = nowMs
    for (const [key, { lastSeenMs }] of this.#pasts) if (nowMs - lastSeenMs > 86_400_000) this.#pasts.delete(key)
  }
}
