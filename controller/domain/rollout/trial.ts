/** What is stored and seen of a canary, all of it plain data. */

/** A new revision on trial: the deployment's target, with a few replicas only, until it is promoted or given up. */
export interface Canary {
  /** What it is compared with, and where it goes back to. */
  readonly stableRevision: number
  readonly startedUnixMs: number
  /** Since when all its replicas serve; 0 while they do not. */
  readonly servingSinceUnixMs: number
}

/** The traffic of one of two revisions over the window of a canary. */
export interface CanarySide {
  readonly requests: number
  readonly errors: number
  readonly retried: number
  /** P90 of the time to the first byte; undefined without answers. */
  readonly ttftMs: number | undefined
  readonly spanMs: number
}

export interface CanaryFigures {
  readonly canary: CanarySide
  readonly stable: CanarySide
}
