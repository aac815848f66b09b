import { type EngineLoad, engineLoadFreshMs } from '../../../shared/fleet/engine-load.ts'

/**
 * What engines say of themselves, as far as it corrects a gateway's own count. Its requests are counted exactly and at once by itself, and an engine's
 * figures are seconds old: so only what cannot be its own is added, requests that wait in the engine count once more, and a KV cache that is nearly
 * full makes the replica smaller. Pure.
 */

export interface Correction {
  /** Requests to be counted beside one's own. */
  readonly extra: number
  /** Share of the replica's weight that is left, above 0. */
  readonly room: number
  /** Then it is too old to mean anything. Monotonic. */
  readonly untilMs: number
}

export const noCorrection: Correction = { extra: 0, room: 1, untilMs: Number.NEGATIVE_INFINITY }

/** From here on a KV cache is short: engines put requests off, or throw others out. */
const kvCacheShort = 0.8
const leastRoom = 0.1

/** @param ownAtMost the most requests of this gateway there since the figures before last came: as many as the engine may have seen of them */
export const correctionOf = ({ running, waiting, kvCacheRatio = 0, ageMs }: EngineLoad, ownAtMost: number, nowMs: number): Correction => ({
  extra: Math.max(0, running + waiting - ownAtMost) + waiting,
  room: kvCacheRatio <= kvCacheShort ? 1 : Math.max(leastRoom, (1 - kvCacheRatio) / (1 - kvCacheShort)),
  untilMs: nowMs + engineLoadFreshMs - ageMs,
})
