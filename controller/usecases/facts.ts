import type { BrakeState } from '../domain/brake/plan.ts'
import { type ResourceRecord, resourceId } from '../domain/hosts/resource.ts'
import type { Assignment, Deployment, HostRecord, Revision } from '../domain/model.ts'
import type { IdentityRecord, KeyRecord, StoreChange, StoredFleet, TokenRecord } from '../store/store.ts'
import { type AlertFacts, alertAppliers, alertFactsOf, type MutableAlertFacts } from './alert-facts.ts'

/** The stored facts in memory, changed only after the store has them. */
export interface Facts {
  readonly deployments: ReadonlyMap<string, Deployment>
  readonly revisions: ReadonlyMap<string, readonly Revision[]>
  readonly assignments: ReadonlyMap<string, Assignment>
  readonly hosts: ReadonlyMap<string, HostRecord>
  readonly tokens: ReadonlyMap<string, TokenRecord>
  readonly identities: ReadonlyMap<string, IdentityRecord>
  readonly keys: ReadonlyMap<string, KeyRecord>
  /** By `KIND/NAME`. Another map after each change, so that what is made of it can be kept until then. */
  readonly resources: ReadonlyMap<string, ResourceRecord>
  readonly brake: BrakeState
  readonly alerting: AlertFacts
}

interface MutableFacts extends Omit<Facts, 'resources' | 'brake'> {
  readonly deployments: Map<string, Deployment>
  readonly revisions: Map<string, readonly Revision[]>
  readonly assignments: Map<string, Assignment>
  readonly hosts: Map<string, HostRecord>
  readonly tokens: Map<string, TokenRecord>
  readonly identities: Map<string, IdentityRecord>
  readonly keys: Map<string, KeyRecord>
  resources: ReadonlyMap<string, ResourceRecord>
  brake: BrakeState
  readonly alerting: MutableAlertFacts
}

const byId = <T extends { readonly id: string }>(items: readonly T[]): Map<string, T> => new Map(items.map((item) => [item.id, item]))

const withRevision = (revisions: readonly Revision[], revision: Revision): readonly Revision[] =>
  [...revisions.filter(({ number }) => number !== revision.number), revision].sort((a, b) => a.number - b.number)

type Appliers = { readonly [Kind in StoreChange['kind']]: (facts: MutableFacts, change: Extract<StoreChange, { kind: Kind }>) => void }

const appliers: Appliers = {
  putDeployment: (facts, { deployment }) => facts.deployments.set(deployment.name, deployment),
  deleteDeployment: (facts, { name }) => {
    facts.deployments.delete(name)
    facts.revisions.delete(name)
  },
  putRevision: (facts, { revision }) =>
    facts.revisions.set(revision.deployment, withRevision(facts.revisions.get(revision.deployment) ?? [], revision)),
  putAssignment: (facts, { assignment }) => facts.assignments.set(assignment.id, assignment),
  deleteAssignment: (facts, { id }) => facts.assignments.delete(id),
  putHost: (facts, { host }) => facts.hosts.set(host.id, host),
  deleteHost: (facts, { id }) => facts.hosts.delete(id),
  putToken: (facts, { token }) => facts.tokens.set(token.id, token),
  putIdentity: (facts, { identity }) => facts.identities.set(identity.id, identity),
  putKey: (facts, { key }) => facts.keys.set(key.id, key),
  deleteKey: (facts, { id }) => facts.keys.delete(id),
  putResource: (facts, { resource }) => {
    facts.resources = new Map(facts.resources).set(resourceId(resource), resource)
  },
  deleteResource: (facts, { id }) => {
    facts.resources = new Map([...facts.resources].filter(([key]) => key !== id))
  },
  putBrake: (facts, { brake }) => {
    facts.brake = brake
  },
  ...alertAppliers,
  addEvent: () => {},
}

const applyOne = <Kind extends StoreChange['kind']>(facts: MutableFacts, change: Extract<StoreChange, { kind: Kind }>): void =>
  (appliers[change.kind] as (facts: MutableFacts, change: Extract<StoreChange, { kind: Kind }>) => void)(facts, change)

/** Facts as loaded, and the one function that changes them. */
export const createFacts = (stored: StoredFleet): { readonly facts: Facts; readonly apply: (changes: readonly StoreChange[]) => void } => {
  const facts: MutableFacts = {
    deployments: new Map(stored.deployments.map((deployment) => [deployment.name, deployment])),
    revisions: new Map(),
    assignments: byId(stored.assignments),
    hosts: byId(stored.hosts),
    tokens: byId(stored.tokens),
    identities: byId(stored.identities),
    keys: byId(stored.keys),
    resources: new Map(stored.resources.map((resource) => [resourceId(resource), resource])),
    brake: stored.brake,
    alerting: alertFactsOf(stored.alerting),
  }
  for (const revision of stored.revisions) applyOne(facts, { kind: 'putRevision', revision })
  return {
    facts,
    apply: (changes) => {
      for (const change of changes) applyOne(facts, change)
    },
  }
}
