/**
 * none: no profile is wanted. pending: wanted and not yet applied. applied: all of it holds. partial: applied, but some keys could
 * not be set here. drifted: it held once and does not now. failed: the transaction was undone.
 */
export const tuningStates = ['none', 'pending', 'applied', 'partial', 'drifted', 'failed'] as const
export type TuningState = (typeof tuningStates)[number]

/** How far a host is along with its profile, small enough to be reported at each change. */
export interface TuningStatus {
  /** Empty: none. */
  readonly profile: string
  readonly digest: string
  readonly state: TuningState
  /** Keys that do not hold. */
  readonly differing: readonly string[]
  /** For people; empty when all is well. */
  readonly message: string
  readonly checkedUnixMs: number
}

export const untuned: TuningStatus = { profile: '', digest: '', state: 'none', differing: [], message: '', checkedUnixMs: 0 }
