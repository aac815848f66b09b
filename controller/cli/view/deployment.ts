/** A deployment as the command line shows it: the shape of `hostler get deployments -o json`. */

export interface UnplacedReplicas {
  readonly count: number
  readonly hosts: readonly { readonly host: string; readonly code: string; readonly message: string }[]
  readonly suggestion: string
}

/** Of the last minute, or of the time since the controller first heard of a gateway. */
export interface Traffic {
  readonly spanMs: number
  readonly requests: number
  /** Answers of 5xx, no answer, and answers that broke off. */
  readonly errors: number
  /** Turned away by gateways with 429 or 503. */
  readonly refused: number
  /** Now. */
  readonly waiting: number
  readonly inFlight: number
  /** From arrival to the first byte; absent without answers. */
  readonly ttftP50Ms?: number | undefined
  readonly ttftP99Ms?: number | undefined
  /** As the engines say now; absent where none says. */
  readonly tokensPerSecond?: number | undefined
}

export interface Autoscale {
  /** At least, now: with schedules. */
  readonly min: number
  readonly max: number
  /** The schedule that raises min now, in words; empty: none. */
  readonly schedule: string
  /** What the load asks for; absent while no signal tells. */
  readonly wish?: number | undefined
  /** What keeps the number from following the wish; empty: nothing does. */
  readonly limit: string
  readonly signals: readonly ScaleSignal[]
}

export interface ScaleSignal {
  readonly name: string
  readonly value: string
  readonly target: string
  /** Replicas that it asks for; 0: no more than there are. */
  readonly asks: number
  /** Replicas that are enough; absent when it cannot tell. */
  readonly enough?: number | undefined
  /** Why it cannot tell all; empty: it can. */
  readonly missing: string
}

export interface CanaryState {
  readonly revision: number
  readonly stableRevision: number
  readonly replicas: number
  /** 0: no share of its own. */
  readonly trafficPercent: number
  /** manual or health. */
  readonly promote: string
  /** All its replicas have served, and its window runs. */
  readonly serving: boolean
}

export interface RolloutStep {
  /** place, load, canary, replace or prove. */
  readonly name: string
  /** done, active or waiting. */
  readonly state: string
  readonly progress: string
  /** Empty once it is done. */
  readonly waitsFor: string
}

export interface Deployment {
  readonly name: string
  /** ready, progressing, canary, pending, degraded, failed, paused, rolled-back or deleting. */
  readonly state: string
  readonly message: string
  readonly revision: number
  /** Grows with every change that a person makes; for --if-version. */
  readonly version: number
  /** The target revision is on trial beside the stable one; absent when it is not. */
  readonly canary?: CanaryState | undefined
  /** Where its rollout stands; none from a controller that does not say. */
  readonly steps: readonly RolloutStep[]
  readonly replicasWanted: number
  readonly replicasReady: number
  readonly replicasUpdated: number
  readonly models: readonly string[]
  readonly createdUnixMs: number
  readonly unplaced: readonly UnplacedReplicas[]
  /** As gateways saw it; absent from a controller that does not say. */
  readonly traffic?: Traffic | undefined
  /** Absent where people alone set the number of replicas. */
  readonly autoscale?: Autoscale | undefined
  /** As in a deployment file; null when the controller sent none. */
  readonly spec: unknown
}
