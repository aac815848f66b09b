/** What the autoscaler is told of a deployment, and what it answers: plain data. */
import type { Autoscale } from '../spec/autoscale.ts'
import type { Bounds } from './bounds.ts'
import type { Readings, Verdict } from './signals.ts'

/** Everything that is known of one deployment. */
export interface ScaleView {
  readonly autoscale: Autoscale
  readonly revision: number
  /** As it was decided last. */
  readonly replicas: number
  /** Serving and able to. */
  readonly ready: number
  /** Of those that are wanted, how many have no place. */
  readonly unplaced: number
  /** What would give them one. */
  readonly unplacedHint: string
  /** Replicas of several revisions are there; whether there may be more of them meanwhile. */
  readonly rollout?: { readonly what: string; readonly mayGrow: boolean } | undefined
  /** The mass-failure brake is on. */
  readonly frozen: boolean
  readonly readings: Readings
  /** Requests at work in engines, all together; undefined: not known. */
  readonly working: number | undefined
  /** Requests that gateways hold now, and whether there has been any since the last look; undefined: no gateway tells. */
  readonly traffic?: { readonly held: number; readonly any: boolean } | undefined
}

export interface ScaleReport {
  readonly bounds: Bounds
  /** What the load asks for, before limits; undefined while no signal tells. */
  readonly wish: number | undefined
  /** What keeps the number from following the wish; empty: nothing does. */
  readonly limit: string
  readonly signals: readonly Verdict[]
}

export interface Decision {
  readonly replicas: number
  /** Why it is another number, with figures. */
  readonly because: string
  readonly limit: string
  /** The wish that was answered by adding. */
  readonly answered?: number | undefined
  /** More is wished for than there can be: one of these ends that. */
  readonly exhausted?: 'max' | 'place' | undefined
}
