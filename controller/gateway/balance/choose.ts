import { type Health, isOut } from './health.ts'

/** What the choice needs to know of a replica. */
export interface Candidate {
  readonly draining: boolean
  /** 0: no cap. */
  readonly maxConcurrent: number
  /** This gateway's own requests: what the cap is on. */
  readonly outstanding: number
  /** The same, with what else is known to be there. */
  load(nowMs: number): number
  /** What it can take beside others, above 0; less while it is new. */
  weight(nowMs: number): number
  /** Of its name, 32 bits: where prefixes find it. */
  readonly hash: number
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

export interface ChoiceOptions {
  /** Where the search begins, so that ties go in turn. */
  readonly cursor: number
  readonly nowMs: number
  /** Of the replicas that may rest softly. */
  readonly maxShare: number
  /** Hash of what the request has in common with others; 0: it goes anywhere. */
  readonly affinity: number
}

/**
 * The candidate with the least load for its weight, ties in turn; -1 when none can take the request. With an affinity it is the one that the prefix
 * belongs to, as long as that has not much more than its share. `eligible` says which of them this request may go to. Never one that drains, is full,
 * or rests hard; one that rests softly only beyond the share that may rest, or when there is nothing else. Pure; time does not matter beyond rests,
 * slow start and the age of what engines told.
 */
export const choose = (candidates: readonly Candidate[], options: ChoiceOptions, eligible: (index: number) => boolean): number => {
  const { cursor, nowMs, maxShare, affinity } = options
  const count = candidates.length
  const spared = candidates.some((candidate) => candidate.health.ejected === 'soft') ? reprieved(candidates, nowMs, maxShare) : undefined
  const rests = (candidate: Candidate): boolean => isOut(candidate.health, nowMs) && !spared?.has(candidate)
  if (affinity !== 0) {
    const near = nearest(candidates, affinity, nowMs, (candidate, index) => hasRoom(candidate) && !rests(candidate) && eligible(index))
    if (near !== -1) return near
  }
  let best = -1
  let bestLoad = 0
  let bestWeight = 1
  let fallback = -1
  for (let step = 0; step < count; step++) {
    const index = (cursor + step) % count
    const candidate = candidates[index]
    if (!candidate || !hasRoom(candidate) || !eligible(index)) continue
    if (rests(candidate)) {
      const least = candidates[fallback]
      if (candidate.health.ejected === 'soft' && (!least || leastBadFirst(candidate, least) < 0)) fallback = index
      continue
    }
    const load = candidate.load(nowMs)
    const weight = candidate.weight(nowMs)
    if (best !== -1 && load * bestWeight >= bestLoad * weight) continue
    best = index
    bestLoad = load
    bestWeight = weight
  }
  return best === -1 ? fallback : best
}

/** How much more than its share of all requests one replica may get for the sake of prefixes (Mirrokni, Thorup and Zadimoghaddam, 2017). */
export const boundOfLoad = 1.25

/** Scrambles 32 bits, so that neighbouring inputs are far apart (the finalizer of MurmurHash3). */
const scrambled = (bits: number): number => {
  let hash = bits
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/**
 * Rendezvous hashing with bounded loads: of those below the bound the one that scores highest for the prefix, or -1. Others come and go without moving
 * a prefix that is not theirs.
 */
const nearest = (
  candidates: readonly Candidate[],
  affinity: number,
  nowMs: number,
  usable: (candidate: Candidate, index: number) => boolean,
): number => {
  let loads = 1
  let weights = 0
  for (const candidate of candidates) {
    if (!isAlive(candidate, nowMs)) continue
    loads += candidate.load(nowMs)
    weights += candidate.weight(nowMs)
  }
  let best = -1
  let bestScore = Number.POSITIVE_INFINITY
  for (const [index, candidate] of candidates.entries()) {
    if (!usable(candidate, index)) continue
    const weight = candidate.weight(nowMs)
    if (candidate.load(nowMs) + 1 > Math.ceil((boundOfLoad * loads * weight) / weights)) continue
    // An exponential draw with the weight as its rate: the least of them falls to each in proportion to its weight.
    const score = -Math.log((scrambled(affinity ^ candidate.hash) + 0.5) / 2 ** 32) / candidate.weight(Number.POSITIVE_INFINITY)
    if (score >= bestScore) continue
    best = index
    bestScore = score
  }
  return best
}
