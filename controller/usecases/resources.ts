import { isDeepStrictEqual } from 'node:util'
import { formatPath } from '../../shared/config/problem.ts'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import { builtInProfiles } from '../../shared/tuning/built-in.ts'
import { builtInRuleDocuments } from '../domain/alert/built-in/rules.ts'
import { documentProblems } from '../domain/hosts/check.ts'
import { type Directory, directoryOf } from '../domain/hosts/directory.ts'
import { labelsOf } from '../domain/hosts/groups.ts'
import type { FleetResource } from '../domain/hosts/parse.ts'
import { type ResourceKind, type ResourceRecord, resourceId, resourceLabel } from '../domain/hosts/resource.ts'
import type { HostRecord } from '../domain/model.ts'
import type { DeploymentSpec } from '../domain/spec/schema.ts'
import { usersOf, usersOfGroup } from '../domain/tuning/users.ts'
import { wantedProfile } from '../domain/tuning/wanted.ts'
import type { StoreChange } from '../store/store.ts'
import { event, type UseCaseContext } from './context.ts'
import type { Facts } from './facts.ts'

export interface AppliedResource {
  readonly kind: ResourceKind
  readonly name: string
  readonly created: boolean
  readonly changed: boolean
  /** What whoever applied it should know. */
  readonly notes: readonly string[]
}

const mostNotes = 5

const subjectOf = (resource: { readonly kind: ResourceKind; readonly name: string }): string => resourceLabel(resource).replace(' ', '/')

/** Makes or changes documents, all of them or none; the same again changes nothing. Errors: SPEC_INVALID. */
export const applyResources = (
  context: UseCaseContext,
  given: readonly FleetResource[],
  author: string,
  dryRun: boolean,
): Promise<readonly AppliedResource[]> =>
  context.ledger.transact((facts) => {
    const [problem] = documentProblems(
      given.map(({ document }) => document),
      directoryOf(facts.resources.values()),
    )
    if (problem) {
      const at = given[problem.index]
      const field = problem.path.length === 0 ? '' : `${formatPath(problem.path)}: `
      throw new HostlerError('SPEC_INVALID', `${at ? resourceLabel(at.document) : ''}: ${field}${problem.message}`)
    }
    const puts = given.map((resource) => putOf(context, facts, resource, author))
    const after = new Map(facts.resources)
    for (const { record } of puts) after.set(resourceId(record), record)
    const directory = directoryOf(after.values())
    const unclear = unclearHosts(facts, directory)
    const result = puts.map(({ record, created, changed }) => ({
      kind: record.kind,
      name: record.name,
      created,
      changed,
      notes: [
        ...absentHosts(facts, directory, record),
        ...unclear.filter(({ groups }) => groups.includes(record.name)).map(({ problem }) => problem),
      ].slice(0, mostNotes),
    }))
    const changes = puts.flatMap(({ record, created, changed }): readonly StoreChange[] =>
      changed
        ? [
            { kind: 'putResource', resource: record },
            event(
              context,
              'info',
              created ? 'ResourceCreated' : 'ResourceChanged',
              subjectOf(record),
              `${resourceLabel(record)} ${created ? 'created' : 'changed'} (by ${author})`,
            ),
          ]
        : [],
    )
    return { changes: dryRun ? [] : changes, result }
  })

interface Put {
  readonly record: ResourceRecord
  readonly created: boolean
  readonly changed: boolean
}

const putOf = (context: UseCaseContext, facts: Facts, { document, written }: FleetResource, author: string): Put => {
  const { kind, name } = document
  const known = facts.resources.get(resourceId(document))
  const changed = known === undefined || !isDeepStrictEqual(known.written, written)
  const record = { kind, name, written, createdUnixMs: known?.createdUnixMs ?? context.clock.unixMs(), author }
  return { record: changed ? record : known, created: known === undefined, changed }
}

const wantedOf = (host: HostRecord, { hosts, groups }: Directory) => {
  const document = hosts.get(host.name)
  return wantedProfile({ name: host.name, labels: labelsOf(host.labels, document) }, document, groups)
}

const unclearHosts = (facts: Facts, directory: Directory): readonly ReturnType<typeof wantedOf>[] =>
  [...facts.hosts.values()].map((host) => wantedOf(host, directory)).filter(({ problem }) => problem !== '')

/** Names that no host has. It may join later, or be a slip of the pen. */
const absentHosts = (facts: Facts, directory: Directory, { kind, name }: ResourceRecord): readonly string[] => {
  const joined = new Set([...facts.hosts.values()].map((host) => host.name))
  const document = kind === 'HostGroup' ? directory.groups.find((group) => group.document.name === name)?.document : undefined
  const named = kind === 'Host' ? [name] : (document?.hosts ?? [])
  return named.filter((host) => !joined.has(host)).map((host) => `no host has joined as ${host} yet; the document counts once one does`)
}

const liveSpecs = (facts: Facts): readonly DeploymentSpec[] =>
  [...facts.deployments.values()]
    .filter(({ deleting }) => !deleting)
    .flatMap(({ name, targetRevision }) => facts.revisions.get(name)?.find(({ number }) => number === targetRevision)?.spec ?? [])

/** Rules of users that count on a rule which is not built in. */
const explainedBy = (name: string, { rules }: Directory): readonly string[] =>
  builtInRuleDocuments.has(name)
    ? []
    : [...rules.values()].filter(({ inhibitedBy }) => inhibitedBy?.some(({ rule }) => rule === name)).map((rule) => rule.name)

/** Errors: NOT_FOUND; CONFLICT for a profile that is built in, and for what others use. */
export const deleteResource = (context: UseCaseContext, kind: ResourceKind, name: string, author: string): Promise<void> =>
  context.ledger.transact((facts) => {
    const resource = { kind, name }
    if (kind === 'TuningProfile' && builtInProfiles.has(name))
      throw new HostlerError('CONFLICT', `the profile ${name} is built in and cannot be deleted`)
    if (!facts.resources.has(resourceId(resource))) {
      const known = [...facts.resources.values()].filter((record) => record.kind === kind).map((record) => record.name)
      const others = known.length === 0 ? 'there are none' : `there are: ${known.join(', ')}`
      throw new HostlerError('NOT_FOUND', `there is no ${resourceLabel(resource)}; ${others}`)
    }
    const groupUsers = kind === 'HostGroup' ? usersOfGroup(name, liveSpecs(facts)) : []
    if (groupUsers.length > 0)
      throw new HostlerError(
        'CONFLICT',
        `the group ${name} is used by ${groupUsers.join(', ')}; take it out of their placement.groups first`,
      )
    const users = kind === 'TuningProfile' ? usersOf(name, directoryOf(facts.resources.values()), liveSpecs(facts)) : []
    const explained = kind === 'AlertRule' ? explainedBy(name, directoryOf(facts.resources.values())) : []
    if (explained.length > 0)
      throw new HostlerError('CONFLICT', `the rule ${name} is in inhibitedBy of ${explained.join(', ')}; change them first`)
    if (users.length > 0)
      throw new HostlerError('CONFLICT', `the profile ${name} is used by ${users.join(', ')}; give them another profile first`)
    return {
      result: undefined,
      changes: [
        { kind: 'deleteResource', id: resourceId(resource) },
        event(context, 'info', 'ResourceDeleted', subjectOf(resource), `${resourceLabel(resource)} deleted (by ${author})`),
      ],
    }
  })
