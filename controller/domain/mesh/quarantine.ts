/** What a solved mesh keeps work away from, and for how long. Pure. */
import type { Symptom } from '../../../shared/diagnosis/catalogue/network-mesh.ts'
import type { Fault } from './solve.ts'

export interface Quarantine {
  /** Names: one host, or two that must not work in one gang. */
  readonly hosts: readonly [string] | readonly [string, string]
  /** all: no new replica at all. gangs: none that spans hosts. */
  readonly scope: 'all' | 'gangs'
  readonly symptom: Symptom
  readonly reason: string
  readonly untilUnixMs: number
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

const holds = ({ untilUnixMs }: Quarantine, nowUnixMs: number): boolean => nowUnixMs < untilUnixMs

/** The quarantine that keeps new replicas off a host; undefined when none does. */
export const hostQuarantined = (quarantines: readonly Quarantine[], host: string, nowUnixMs: number): Quarantine | undefined =>
  quarantines.find((each) => each.scope === 'all' && each.hosts.length === 1 && each.hosts[0] === host && holds(each, nowUnixMs))

/** The quarantine that keeps two hosts out of one gang: of either, or of what is between them; undefined when none does. */
export const pairQuarantined = (quarantines: readonly Quarantine[], a: string, b: string, nowUnixMs: number): Quarantine | undefined =>
  quarantines.find((each) => holds(each, nowUnixMs) && each.hosts.every((host) => host === a || host === b))
