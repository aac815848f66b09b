/**
 * A controller that was put back from a backup knows less than its hosts: what was started since would be taken for leftovers and stopped.
 * So it holds still, changing nothing anywhere, until its hosts turn out to run only what it knows, or an operator says that the rest
 * may go. docs/decisions/restored-controller.md. Pure.
 */
import type { EventDraft } from '../model.ts'

export interface BehindState {
  readonly held: boolean
  /** Of the hold; 0 while there is none. */
  readonly sinceUnixMs: number
  /** What was told of it last, so that news is told once. */
  readonly told: string
  /** Ids of hosts that may know a later generation: an operator, or what they run, has said that it does not matter. */
  readonly accepted: readonly string[]
}

/** What a host knows and runs, against what is stored of it. Revoked ones are left out. */
export interface HostKnowledge {
  readonly hostId: string
  readonly name: string
  /** Of its spec, as stored. 0: it was never sent one, and whatever it remembers is of another fleet. */
  readonly storedGeneration: number
  /** Of its spec, as it says itself; undefined: it was not heard. */
  readonly ownGeneration: number | undefined
  /** It has told all that it runs. */
  readonly settled: boolean
  /** It has been away for longer than lease and grace. */
  readonly lost: boolean
  /** Replicas of ours that run there and are stored nowhere. */
  readonly strangers: readonly string[]
}

export interface BehindPlan {
  readonly state: BehindState | undefined
  readonly events: readonly EventDraft[]
}

/** What a restore leaves in the database that it puts back. */
export const restoredAt = (nowUnixMs: number): BehindState => ({ held: true, sinceUnixMs: nowUnixMs, told: '', accepted: [] })

const isAhead = ({ storedGeneration, ownGeneration = 0 }: HostKnowledge): boolean =>
  storedGeneration > 0 && ownGeneration > storedGeneration

const describe = (hosts: readonly HostKnowledge[]): string =>
  hosts.map(({ name, strangers }) => `${strangers.toSorted().join(', ')} on ${name}`).join('; ')

/** `chat-7 on gpu-1; …`: all that would be stopped. */
export const strangersOf = (hosts: readonly HostKnowledge[]): string => describe(hosts.filter(({ strangers }) => strangers.length > 0))

const release = (hosts: readonly HostKnowledge[]): BehindState | undefined => {
  const accepted = hosts.filter((host) => host.ownGeneration === undefined || isAhead(host)).map(({ hostId }) => hostId)
  return accepted.length === 0 ? undefined : { held: false, sinceUnixMs: 0, told: '', accepted }
}

/** Once a host has been sent a generation above its own, it counts like any other. */
const withoutCaughtUp = (state: BehindState | undefined, hosts: readonly HostKnowledge[]): BehindState | undefined => {
  if (!state || state.held) return state
  const open = new Set(hosts.filter((host) => host.ownGeneration === undefined || isAhead(host)).map(({ hostId }) => hostId))
  const accepted = state.accepted.filter((id) => open.has(id))
  if (accepted.length === 0) return undefined
  return accepted.length === state.accepted.length ? state : { ...state, accepted }
}

const mostNamed = 5

/** What is waited for. Only those are named that may never come: the others come one after another, each of them no news. */
const waitingFor = (hosts: readonly HostKnowledge[]): string => {
  const lost = hosts.filter((host) => host.lost && !host.settled).map(({ name }) => name)
  const all = 'the database was put back from a backup: nothing is changed anywhere until all hosts have told what they run'
  if (lost.length === 0) return all
  const named = lost.toSorted().slice(0, mostNamed).join(', ')
  const more = lost.length > mostNamed ? ` and ${lost.length - mostNamed} more` : ''
  return `${all}. Not heard: ${named}${more}. When what runs there does not matter: hostler thaw`
}

/** Call before each plan of the fleet. The same again changes nothing. While it is held nothing is planned, sent or published. */
export const planBehind = (before: BehindState | undefined, hosts: readonly HostKnowledge[], nowUnixMs: number): BehindPlan => {
  const state = withoutCaughtUp(before, hosts)
  const ahead = hosts.filter((host) => isAhead(host) && !state?.accepted.includes(host.hostId))
  if (!state?.held && ahead.length === 0) return { state, events: [] }
  const held = state?.held ? state : { ...restoredAt(nowUnixMs), accepted: state?.accepted ?? [] }
  const strangers = strangersOf(hosts)
  if (strangers === '' && hosts.every(({ settled }) => settled)) {
    const message = 'the database is older than what hosts were told last, and they run nothing that it does not know: all goes on'
    return { state: release(hosts), events: [{ level: 'info', reason: 'ControllerCaughtUp', subject: 'fleet', message }] }
  }
  const message =
    strangers === ''
      ? waitingFor(hosts)
      : `the database is older than what hosts were told last, and does not know ${strangers}. Nothing is changed anywhere, and gateways serve on. ` +
        'Deploy what is missing; then hostler thaw lets all go on and stops the rest, or put back a newer database'
  if (message === held.told) return { state: held, events: [] }
  return { state: { ...held, told: message }, events: [{ level: 'error', reason: 'ControllerBehind', subject: 'fleet', message }] }
}

/** An operator says that what the database does not know may go. */
export const acceptBehind = (hosts: readonly HostKnowledge[]): BehindState | undefined => release(hosts)
