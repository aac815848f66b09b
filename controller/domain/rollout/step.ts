/** Where a rollout stands in one respect. None is told of a deployment that is being deleted. */
export interface RolloutStep {
  readonly name: 'place' | 'load' | 'canary' | 'replace' | 'prove'
  /** waiting: what comes before it is not far enough for it to begin. */
  readonly state: 'done' | 'active' | 'waiting'
  /** For people, such as `2 of 3 replicas of revision 4 are ready`. */
  readonly progress: string
  /** Empty once it is done. */
  readonly waitsFor: string
}
