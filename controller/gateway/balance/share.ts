/**
 * An exact share of the requests for one revision, without any random: what it is owed grows with each request and is paid as soon as a whole
 * one has come together, so that after n requests it has had n times the share, give or take one. Pure.
 */

/** What may be owed while its replicas cannot take requests; more would come back as a burst. */
const mostOwed = 2
/** Sums of tenths are not exact. */
const tolerance = 1e-9

/** Whether the next request is the revision's. */
export const isDue = (owed: number, share: number): boolean => owed + share >= 1 - tolerance

/** @param given whether the request went to the revision */
export const owedAfter = (owed: number, share: number, given: boolean): number =>
  Math.max(-mostOwed, Math.min(mostOwed, owed + share - (given ? 1 : 0)))
