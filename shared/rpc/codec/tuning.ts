import type { TuningProfile__Output, TuningProfile as WireProfile } from '../../../proto/generated/hostler/v1/TuningProfile.ts'
import type { TuningStatus__Output, TuningStatus as WireStatus } from '../../../proto/generated/hostler/v1/TuningStatus.ts'
import { comparisons, driftPolicies, settingKinds, type TuningProfile } from '../../tuning/profile.ts'
import { type TuningStatus, tuningStates } from '../../tuning/status.ts'
import { forWire } from './mutable.ts'
import { oneOf } from './words.ts'

/** Throws PROTOCOL_MISMATCH on words that this version does not know. */
export const profileFromWire = (wire: TuningProfile__Output): TuningProfile => ({
  name: wire.name,
  digest: wire.digest,
  onDrift: oneOf(wire.onDrift, driftPolicies, 'on_drift'),
  settings: wire.settings.map((setting) => ({
    ...setting,
    kind: oneOf(setting.kind, settingKinds, 'kind of a tuning setting'),
    comparison: oneOf(setting.comparison, comparisons, 'comparison'),
  })),
})

export const profileToWire = (profile: TuningProfile): WireProfile => forWire(profile)

/** Throws PROTOCOL_MISMATCH on words that this version does not know. */
export const tuningStatusFromWire = (wire: TuningStatus__Output): TuningStatus => ({
  ...wire,
  state: oneOf(wire.state, tuningStates, 'state of tuning'),
})

export const tuningStatusToWire = (status: TuningStatus): WireStatus => forWire(status)
