/** Which profile a host is to be tuned to. Pure. */
import type { TuningStatus } from '../../../shared/tuning/status.ts'
import type { Group, GroupedHost } from '../hosts/groups.ts'
import { type HostDocument, noProfile } from '../hosts/schema.ts'

export interface WantedProfile {
  /** Empty: none. */
  readonly profile: string
  /** Who says so, such as `group gpus`; empty when nobody does. */
  readonly from: string
  /** Groups that the host is in. */
  readonly groups: readonly string[]
  /** Why no profile can be applied although one is asked for; empty when all is well. */
  readonly problem: string
}

/** What is wanted of a host, and how far it is along. */
export interface HostTuning extends WantedProfile {
  /** Of the wanted profile; empty when there is none. */
  readonly digest: string
  /** As its agent last reported; absent when it never did. */
  readonly status?: TuningStatus | undefined
}

const of = (groups: readonly string[], profile: string, from: string): WantedProfile =>
  profile === noProfile ? { profile: '', from, groups, problem: '' } : { profile, from, groups, problem: '' }

/**
 * The host's own document decides; without a word there, its groups do. Groups that disagree decide nothing: the host is left as it is,
 * since either choice would be a guess.
 */
export const wantedProfile = (host: GroupedHost, document: HostDocument | undefined, allGroups: readonly Group[]): WantedProfile => {
  const inGroups = allGroups.filter((group) => group.has(host)).map((group) => group.document)
  const groups = inGroups.map(({ name }) => name).toSorted()
  if (document?.profile !== undefined) return of(groups, document.profile, `host ${host.name}`)
  const speaking = inGroups
    .flatMap(({ name, profile }) => (profile === undefined ? [] : [{ name, profile }]))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const [first] = speaking
  if (first === undefined) return of(groups, noProfile, '')
  const other = speaking.find(({ profile }) => profile !== first.profile)
  if (other === undefined) return of(groups, first.profile, `group ${first.name}`)
  return {
    profile: '',
    from: '',
    groups,
    problem:
      `group ${first.name} wants profile ${first.profile} and group ${other.name} wants ${other.profile}, so nothing is changed; ` +
      `take ${host.name} out of one of them, or decide for this host: hostler tune apply ${host.name} --profile ${first.profile}`,
  }
}
