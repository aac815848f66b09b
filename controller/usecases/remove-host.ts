import { HostlerError } from '../../shared/errors/hostler-error.ts'
import { hostIdsOf } from '../domain/gang/members.ts'
import type { StoreChange } from '../store/store.ts'
import { event, type UseCaseContext } from './context.ts'

const mostNamed = 5

/**
 * Cuts a host off for good: its certificate is refused from now on. Replicas that it still holds are placed elsewhere only with force, since
 * nobody tells it to stop them. Errors: NOT_FOUND; CONFLICT for a host that holds replicas.
 */
export const removeHost = (context: UseCaseContext, nameOrId: string, force: boolean): Promise<string> =>
  context.ledger.transact((facts) => {
    const all = [...facts.hosts.values()]
    const host = all.find(({ name }) => name === nameOrId) ?? all.find(({ id }) => id === nameOrId)
    if (!host) throw new HostlerError('NOT_FOUND', `no host is named ${nameOrId}; see: hostler get hosts`)
    const identity = facts.identities.get(host.id)
    const assignments = [...facts.assignments.values()].filter((assignment) => hostIdsOf(assignment).includes(host.id))
    const held = assignments.filter(({ stage }) => stage !== 'lost').map(({ id }) => id)
    if (held.length > 0 && !force) {
      const named = `${held.slice(0, mostNamed).join(', ')}${held.length > mostNamed ? ` and ${held.length - mostNamed} more` : ''}`
      throw new HostlerError(
        'CONFLICT',
        `host ${host.name} holds ${named}; move them first: hostler drain ${host.name}. When it is gone for good: hostler host remove ${host.name} --force`,
      )
    }
    const changes: StoreChange[] = [
      ...assignments.map(({ id }): StoreChange => ({ kind: 'deleteAssignment', id })),
      { kind: 'deleteHost', id: host.id },
      ...(identity ? [{ kind: 'putIdentity', identity: { ...identity, revoked: true } } as const] : []),
      event(context, 'warning', 'HostRemoved', `host/${host.name}`, `with ${assignments.length} replicas on it`),
    ]
    return { result: host.id, changes }
  })
