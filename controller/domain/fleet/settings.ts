/** What the planners take from the controller's configuration. */
export interface PlanSettings {
  /** How long preflight may refuse a new replica before it is moved or its revision counts as failed. */
  readonly blockedGraceMs: number
  /** A new replica that has exited this often without ever being ready is in a crash loop. */
  readonly crashLoopRestarts: number
  /** A replica that its agent gave up on is replaced after this long. */
  readonly failedRetryMs: number
  /** How many hosts are tried before a replica that preflight refuses stays where it is. */
  readonly maxMoves: number
  /**
   * With onPartition: stop a replica is begun elsewhere so long after the lease and its grace to stop are over: an agent that was just restarted
   * needs a few seconds to find that it has no lease.
   */
  readonly fenceMs: number
}

export const defaultPlanSettings: PlanSettings = {
  blockedGraceMs: 20_000,
  crashLoopRestarts: 3,
  failedRetryMs: 60_000,
  maxMoves: 3,
  fenceMs: 20_000,
}
