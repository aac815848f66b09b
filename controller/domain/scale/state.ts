/** What the autoscaler remembers of a deployment. It lives in memory: after a restart everything begins anew, and nothing is taken away before a whole window has been seen. Pure. */
import type { Slots } from './window.ts'

/** Times are monotonic, ms. */
export interface ScaleState {
  /** The number that this state belongs to; another one was set by somebody else. */
  readonly replicas: number
  readonly revision: number
  /** Since when wishes have been looked at without a break. */
  readonly sinceMs: number
  /** The least wish for more, over the window of scaling out. */
  readonly out: Slots
  /** The most that was needed, over the window of scaling in. */
  readonly enough: Slots
  readonly lastOutMs?: number | undefined
  readonly lastInMs?: number | undefined
  /** What was wished for when replicas were last added; cleared when all of them are ready. */
  readonly answeredWish?: number | undefined
  /** When there was last a request, as far as is known. */
  readonly busyMs: number
  /** Requests at work on each replica when there was too little; fewer replicas never get as many again. */
  readonly tooMuch?: { readonly perReplica: number; readonly atMs: number } | undefined
  /** The limit that people were told of last, so that it is told once; empty: none holds. */
  readonly told: '' | 'max' | 'place'
}

/** A load that was once too much counts as too much for a day. */
const rememberMs = 86_400_000
/** How near the load of a replica may come to what was too much. */
const margin = 0.9

export const tooMuchAt = ({ tooMuch }: ScaleState, nowMs: number): ScaleState['tooMuch'] =>
  tooMuch !== undefined && nowMs - tooMuch.atMs < rememberMs ? tooMuch : undefined

/** The fewest replicas on which the present work stays clear of what was too much before. */
export const bearable = ({ tooMuch }: ScaleState, working: number | undefined): number =>
  working === undefined || tooMuch === undefined ? 0 : Math.floor(working / (margin * tooMuch.perReplica)) + 1

export const freshState = (replicas: number, revision: number, nowMs: number): ScaleState => ({
  replicas,
  revision,
  sinceMs: nowMs,
  out: [],
  enough: [],
  busyMs: nowMs,
  told: '',
})
