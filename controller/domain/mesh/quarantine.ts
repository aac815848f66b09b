/** What a solved mesh keeps work away from, and for how long. Pure. */
import type { Symptom } from '../../../shared/diagnosis/catalogue/network-mesh.ts'
import type { Mesh } from '../../../shared/diagnosis/mesh.ts'
import type { HostQuarantine, HostRecord } from '../model.ts'
import type { Fault } from './solve.ts'

export interface Quarantine extends Omit<HostQuarantine, 'peer'> {
  /** Names: one host, or two that must not work in one gang. */
  readonly hosts: readonly [string] | readonly [string, string]
}

const scopes: { readonly [Kind in Symptom]: Quarantine['scope'] } = {
  unreachable: 'all',
  loss: 'all',
  // A host with a slow link still serves what fits on it.
  mtu: 'gangs',
  slow: 'gangs',
  latency: 'gangs',
}

const words: { readonly [Kind in Symptom]: string } = {
  unreachable: 'cannot be reached by the other hosts',
  loss: 'loses packets',
  mtu: 'swallows full-size packets',
  slow: 'is slower than its link',
  latency: 'answers late',
}

/** Faults of one host or one link. A switch, or everything, is nothing that placing elsewhere would help with. */
export const quarantinesOf = (faults: readonly Fault[], nowUnixMs: number, keepMs: number): readonly Quarantine[] =>
  faults.flatMap((fault) => quarantineOf(fault, nowUnixMs + keepMs) ?? [])

const quarantineOf = ({ place, symptom }: Fault, untilUnixMs: number): Quarantine | undefined => {
  const about = { symptom, untilUnixMs }
  switch (place.kind) {
    case 'host':
      return { ...about, hosts: [place.host], scope: scopes[symptom], reason: `its network ${words[symptom]}` }
    case 'link':
    case 'pair':
      return { ...about, hosts: [place.a, place.b], scope: 'gangs', reason: `the network between them ${words[symptom]}` }
    case 'switch':
    case 'everywhere':
      return undefined
  }
}

const pairKey = (a: string, b: string): string => [a, b].toSorted().join('\n')

/**
 * The hosts whose quarantines change. What a mesh has measured again replaces what was known of it, so that a repaired host is free at once; what
 * it could not measure stays until it expires.
 */
export const hostsAfter = (
  hosts: readonly HostRecord[],
  mesh: Mesh,
  found: readonly Quarantine[],
  nowUnixMs: number,
): readonly HostRecord[] => {
  const pairs = new Set(mesh.cells.flatMap(({ from, to, probe }) => (probe === null ? [] : [pairKey(from, to)])))
  const seen = new Set(mesh.cells.flatMap(({ from, to, probe }) => (probe === null ? [] : [from, to])))
  return hosts.flatMap((host) => {
    const before = host.quarantines ?? []
    const again = ({ peer }: HostQuarantine) => (peer === '' ? seen.has(host.name) : pairs.has(pairKey(host.name, peer)))
    const kept = before.filter((each) => holds(each, nowUnixMs) && !again(each))
    const added = found.flatMap(({ hosts: names, ...about }): readonly HostQuarantine[] => {
      if (!names.some((name) => name === host.name)) return []
      return [{ ...about, peer: names.find((name) => name !== host.name) ?? '' }]
    })
    return before.length === 0 && added.length === 0 ? [] : [{ ...host, quarantines: [...kept, ...added] }]
  })
}

const holds = ({ untilUnixMs }: HostQuarantine, nowUnixMs: number): boolean => nowUnixMs < untilUnixMs

/** What keeps new replicas off a host; undefined when nothing does. */
export const hostQuarantined = ({ quarantines = [] }: HostRecord, nowUnixMs: number): HostQuarantine | undefined =>
  quarantines.find((each) => each.scope === 'all' && each.peer === '' && holds(each, nowUnixMs))

/** What keeps two hosts out of one gang: of either, or of what is between them; undefined when nothing does. */
export const pairQuarantined = (a: HostRecord, b: HostRecord, nowUnixMs: number): HostQuarantine | undefined =>
  [
    ...(a.quarantines ?? []).filter(({ peer }) => peer === '' || peer === b.name),
    ...(b.quarantines ?? []).filter(({ peer }) => peer === '' || peer === a.name),
  ].find((each) => holds(each, nowUnixMs))
