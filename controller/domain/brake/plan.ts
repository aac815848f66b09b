/**
 * The mass-failure brake. When many hosts go silent at once the fault is more likely the controller's own (its network, its clock, its CPU)
 * than theirs, and replacing everything would make an outage out of nothing. So it stops evicting until they are back or an operator
 * says that they are really gone. Pure.
 */
import type { EventDraft } from '../model.ts'

export interface BrakeState {
  readonly frozen: boolean
  /** When it was pulled; 0 while it is not. */
  readonly sinceUnixMs: number
  /** Silences that began up to here were judged by an operator and do not pull it again. */
  readonly excusedUntilUnixMs: number
}

/** One host that has been heard of, or is expected back after a start of the controller. Revoked ones are left out. */
export interface HostSilence {
  readonly hostId: string
  /** When its lease ended; undefined while it holds one. A host not heard of since the start counts from the end of its first lease. */
  readonly silentSinceUnixMs: number | undefined
}

export interface BrakeSettings {
  readonly windowMs: number
  /** More than the larger of the two pulls the brake. */
  readonly hosts: number
  readonly share: number
}

export interface BrakePlan {
  readonly state: BrakeState
  readonly events: readonly EventDraft[]
}

export const defaultBrakeSettings: BrakeSettings = { windowMs: 60_000, hosts: 3, share: 0.3 }

export const released: BrakeState = { frozen: false, sinceUnixMs: 0, excusedUntilUnixMs: 0 }

/** Call before each plan of the fleet, with the silences of this moment; the same again changes nothing. */
export const planBrake = (
  state: BrakeState,
  hosts: readonly HostSilence[],
  nowUnixMs: number,
  settings: BrakeSettings = defaultBrakeSettings,
): BrakePlan => {
  const limit = Math.max(settings.hosts, settings.share * hosts.length)
  const silences = hosts.flatMap(({ silentSinceUnixMs }) => silentSinceUnixMs ?? []).filter((since) => since > state.excusedUntilUnixMs)
  if (!state.frozen) {
    if (!isMassFailure(silences, limit, settings.windowMs, nowUnixMs)) return { state, events: [] }
    const message = `${silences.length} of ${hosts.length} hosts went silent within ${settings.windowMs / 1000} s: no replica is replaced until they are back, or until those that are gone for good are removed: hostler host remove NAME`
    return {
      state: { ...state, frozen: true, sinceUnixMs: nowUnixMs },
      events: [{ level: 'error', reason: 'EvictionsFrozen', subject: 'fleet', message }],
    }
  }
  if (silences.length > limit) return { state, events: [] }
  const message = `${hosts.length - silences.length} of ${hosts.length} hosts are in touch again: lost replicas are replaced as usual`
  return {
    state: { ...state, frozen: false, sinceUnixMs: 0 },
    events: [{ level: 'info', reason: 'EvictionsThawed', subject: 'fleet', message }],
  }
}

/** An operator says that the silent hosts are really gone. */
export const thaw = (state: BrakeState, nowUnixMs: number): BrakeState => ({
  ...state,
  frozen: false,
  sinceUnixMs: 0,
  excusedUntilUnixMs: nowUnixMs,
})

/** Whether more than the limit fell silent within one window that is not long over; a fleet that dies one by one over a day is no mass failure. */
const isMassFailure = (silences: readonly number[], limit: number, windowMs: number, nowUnixMs: number): boolean =>
  silences.filter((since) => nowUnixMs - since <= windowMs).length > limit
