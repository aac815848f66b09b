/**
 * Anti-affinity: which hosts a replica may not go to, or would rather not, for what runs there or elsewhere in the same rack. It holds both
 * ways, as in Kubernetes: who must not stand beside another keeps that other away as well. Pure.
 */
import { hostIdsOf } from '../gang/members.ts'
import type { Assignment, HostRecord, Revision } from '../model.ts'
import type { DeploymentSpec } from '../spec/schema.ts'

type Term = DeploymentSpec['placement']['antiAffinity'][number]

/** A host, as a rule; else all hosts that carry the same value of a label. Undefined: the host carries no such label. */
export const domainOf = ({ id, labels }: Pick<HostRecord, 'id' | 'labels'>, topologyKey: string): string | undefined =>
  topologyKey === '' ? id : labels[topologyKey]

interface Rule {
  readonly topologyKey: string
  readonly required: boolean
  /** By domain, one of those that are in the way. */
  readonly occupied: ReadonlyMap<string, string>
  /** Said of a host whose domain is occupied. */
  readonly because: string
  /** A host without the label is out of the question. */
  readonly needsLabel: boolean
}

/** What the others are like, for one deployment's next replica. */
export interface Neighbours {
  readonly rules: readonly Rule[]
}

export interface Neighbour {
  readonly assignment: Assignment
  readonly spec: DeploymentSpec
}

/** Whom a term is about; the deployment itself when it names nobody. */
export const namedBy = (term: Term, owner: string): readonly string[] => (term.deployments.length === 0 ? [owner] : term.deployments)

/** Whom any revision of a deployment keeps apart from; empty when nobody. */
export const keptApartBy = (name: string, revisions: readonly Revision[]): readonly [string, ReadonlySet<string>][] => {
  const named = revisions.flatMap(({ spec }) => spec.placement.antiAffinity.flatMap((term) => namedBy(term, name)))
  return named.length === 0 ? [] : [[name, new Set(named)]]
}

const occupiedBy = (
  topologyKey: string,
  others: readonly Neighbour[],
  hosts: ReadonlyMap<string, { readonly record: HostRecord }>,
): ReadonlyMap<string, string> => {
  const occupied = new Map<string, string>()
  for (const { assignment } of others) {
    for (const hostId of hostIdsOf(assignment)) {
      const record = hosts.get(hostId)?.record
      const domain = record && domainOf(record, topologyKey)
      if (domain !== undefined && !occupied.has(domain)) occupied.set(domain, assignment.id)
    }
  }
  return occupied
}

/**
 * Undefined when nobody minds, which is the rule.
 * @param others every replica that runs or starts, but for one that is about to give its place
 */
export const neighboursOf = (
  deployment: string,
  spec: DeploymentSpec,
  others: readonly Neighbour[],
  hosts: ReadonlyMap<string, { readonly record: HostRecord }>,
): Neighbours | undefined => {
  const own = spec.placement.antiAffinity.map((term): Rule => {
    const named = namedBy(term, deployment)
    const beside = others.filter(({ assignment }) => named.includes(assignment.deployment))
    return {
      topologyKey: term.topologyKey,
      required: term.mode === 'required',
      occupied: occupiedBy(term.topologyKey, beside, hosts),
      because: `placement.antiAffinity keeps ${deployment} from ${named.join(', ')}`,
      needsLabel: true,
    }
  })
  const theirs = new Map<string, { readonly term: Term; readonly of: string; readonly all: Neighbour[] }>()
  for (const other of others) {
    const owner = other.assignment.deployment
    if (owner === deployment) continue
    for (const term of other.spec.placement.antiAffinity) {
      if (term.mode !== 'required' || !namedBy(term, owner).includes(deployment)) continue
      const id = `${owner} ${term.topologyKey}`
      const known = theirs.get(id)
      if (known) known.all.push(other)
      else theirs.set(id, { term, of: owner, all: [other] })
    }
  }
  const rules = [
    ...own,
    ...[...theirs.values()].map(
      ({ term, of, all }): Rule => ({
        topologyKey: term.topologyKey,
        required: true,
        occupied: occupiedBy(term.topologyKey, all, hosts),
        because: `placement.antiAffinity of ${of} keeps ${deployment} from it`,
        needsLabel: false,
      }),
    ),
  ]
  return rules.length === 0 ? undefined : { rules }
}

/** Why the host is out of the question; undefined when it is not. */
export const keptApart = ({ rules }: Neighbours, record: Pick<HostRecord, 'id' | 'labels'>): string | undefined => {
  for (const { topologyKey, required, occupied, because, needsLabel } of rules) {
    if (!required) continue
    const domain = domainOf(record, topologyKey)
    if (domain === undefined && needsLabel) return `has no label ${topologyKey}, which ${because.replace(/ keeps .*/, '')} spreads over`
    const other = domain === undefined ? undefined : occupied.get(domain)
    if (other !== undefined) return `${topologyKey === '' ? 'runs' : `${topologyKey}=${domain} runs`} ${other}, and ${because}`
  }
  return undefined
}

/** How many wishes the host would not fulfil. */
export const crowding = ({ rules }: Neighbours, record: Pick<HostRecord, 'id' | 'labels'>): number =>
  rules.filter(({ topologyKey, required, occupied }) => {
    if (required) return false
    const domain = domainOf(record, topologyKey)
    return domain === undefined || occupied.has(domain)
  }).length
