import { type Health, isOut } from './health.ts'

/** What the choice needs to know of a replica. */
export interface Candidate {
  readonly draining: boolean
  /** 0: no cap. */
  readonly maxConcurrent: number
  readonly outstanding: number
  readonly health: Health
}

const hasRoom = (candidate: Candidate): boolean =>
  !candidate.draining && (candidate.maxConcurrent === 0 || candidate.outstanding < candidate.maxConcurrent)

/** It takes new requests, now or as soon as one of its own ends; one that rests softly still serves when there is nothing better. */
export const isAlive = ({ draining, health }: Candidate, nowMs: number): boolean =>
  !draining && !(health.ejected === 'hard' && isOut(health, nowMs))

const leastBadFirst = (a: Candidate, b: Candidate): number => a.health.failures - b.health.failures || a.health.untilMs - b.health.untilMs

/** Replicas that rest softly although too many of their peers rest as well: the least bad of them serve on. */
const reprieved = (candidates: readonly Candidate[], nowMs: number, maxShare: number): ReadonlySet<Candidate> => {
  const live = candidates.filter((candidate) => !candidate.draining)
  const resting = live.filter((candidate) => candidate.health.ejected === 'soft' && isOut(candidate.health, nowMs))
  const surplus = resting.length - Math.floor(live.length * maxShare)
  return new Set(surplus > 0 ? resting.sort(leastBadFirst).slice(0, surplus) : [])
}

/**
 * The candidate with the least outstanding requests, ties in turn from `cursor` on; -1 when none can take the request.
 * `eligible` says which of them this request may go to. Never one that drains, is full, or rests hard; one that rests softly only
 * beyond the share that may rest, or when there is nothing else. Pure; time does not matter beyond the rests.
 */
export const choose = (
  candidates: readonly Candidate[],
  cursor: number,
  nowMs: number,
  maxShare: number,
  eligible: (index: number) => boolean,
): number => {
  const count = candidates.length
  const spared = candidates.some((candidate) => candidate.health.ejected === 'soft') ? reprieved(candidates, nowMs, maxShare) : undefined
  let best = -1
  let bestOutstanding = Number.POSITIVE_INFINITY
  let fallback = -1
  for (let step = 0; step < count; step++) {
    const index = (cursor + step) % count
    const candidate = candidates[index]
    if (!candidate || !hasRoom(candidate) || !eligible(index)) continue
    if (isOut(candidate.health, nowMs) && !spared?.has(candidate)) {
      const least = candidates[fallback]
      if (candidate.health.ejected === 'soft' && (!least || leastBadFirst(candidate, least) < 0)) fallback = index
    } else if (candidate.outstanding < bestOutstanding) {
      best = index
      bestOutstanding = candidate.outstanding
    }
  }
  return best === -1 ? fallback : best
}
