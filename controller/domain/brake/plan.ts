/**
 * The mass-failure brake. When many hosts go silent at once the fault is more likely the controller's own (its network, its clock, its CPU)
 * than theirs, and replacing everything would make an outage out of nothing. So it stops evicting until they are back or an operator
 * says that they are really gone. Pure.
 */
import type { EventDraft } from '../model.ts'
import type { BehindState } from './behind.ts'

export interface BrakeState {
  readonly frozen: boolean
  /** When it was pulled; 0 while it is not. */
  readonly sinceUnixMs: number
  /** Ids of hosts that an operator gave up: they count for nothing until they are heard of again. */
  readonly excused: readonly string[]
  /** A brake of its own: the controller knows less than its hosts. Absent: it does not. */
  readonly behind?: BehindState | undefined
}

/** One host that has been heard of, or is expected back after a start of the controller. Revoked ones are left out. */
export interface HostSilence {
  readonly hostId: string
  /** When its lease ended; undefined while it holds one. A host not heard of since the start counts from the end of its first lease. */
  readonly silentSinceUnixMs: number | undefined
  /** Since the controller started. */
  readonly heard: boolean
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

export const released: BrakeState = { frozen: false, sinceUnixMs: 0, excused: [] }

/**
 * Call before each plan of the fleet, with the silences of this moment; the same again changes nothing. A brake that was pulled before the
 * controller restarted holds until enough hosts have been heard of again, not merely until their first lease is given to them.
 */
export const planBrake = (
  before: BrakeState,
  hosts: readonly HostSilence[],
  nowUnixMs: number,
  settings: BrakeSettings = defaultBrakeSettings,
): BrakePlan => {
  const state = withoutReturned(before, hosts)
  const limit = Math.max(settings.hosts, settings.share * hosts.length)
  const counted = hosts.filter(({ hostId }) => !state.excused.includes(hostId))
  const silences = counted.flatMap(({ silentSinceUnixMs }) => silentSinceUnixMs ?? [])
  if (!state.frozen) {
    if (!isMassFailure(silences, limit, settings.windowMs, nowUnixMs)) return { state, events: [] }
    const message =
      `${silences.length} of ${hosts.length} hosts went silent within ${settings.windowMs / 1000} s: no replica is replaced until they are back. ` +
      'When they are really gone: hostler thaw, or hostler host remove NAME for those that never return'
    return {
      state: { ...state, frozen: true, sinceUnixMs: nowUnixMs },
      events: [{ level: 'error', reason: 'EvictionsFrozen', subject: 'fleet', message }],
    }
  }
  const away = counted.filter(isAway)
  if (away.length > limit) return { state, events: [] }
  const message = `${hosts.length - away.length} of ${hosts.length} hosts are in touch again: lost replicas are replaced as usual`
  return {
    state: { ...state, frozen: false, sinceUnixMs: 0 },
    events: [{ level: 'info', reason: 'EvictionsThawed', subject: 'fleet', message }],
  }
}

/** An operator says that the hosts that are away now are really gone. */
export const thaw = (state: BrakeState, hosts: readonly HostSilence[]): BrakeState => ({
  ...state,
  frozen: false,
  sinceUnixMs: 0,
  excused: [...new Set([...state.excused, ...hosts.filter(isAway).map(({ hostId }) => hostId)])].toSorted(),
})

const isAway = ({ heard, silentSinceUnixMs }: HostSilence): boolean => !heard || silentSinceUnixMs !== undefined

/** Who was given up and is heard of again counts like any other; who was removed is forgotten. */
const withoutReturned = (state: BrakeState, hosts: readonly HostSilence[]): BrakeState => {
  if (state.excused.length === 0) return state
  const away = new Set(hosts.filter(isAway).map(({ hostId }) => hostId))
  const excused = state.excused.filter((id) => away.has(id))
  return excused.length === state.excused.length ? state : { ...state, excused }
}

/** Whether more than the limit fell silent within one window that is not long over; a fleet that dies one by one over a day is no mass failure. */
const isMassFailure = (silences: readonly number[], limit: number, windowMs: number, nowUnixMs: number): boolean =>
  silences.filter((since) => nowUnixMs - since <= windowMs).length > limit
