import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { StoreChange } from '../store/store.ts'
import { event, type UseCaseContext } from './context.ts'

/** Cuts a host off for good: its certificate is refused from now on and its replicas are placed elsewhere. Errors: NOT_FOUND. */
export const removeHost = (context: UseCaseContext, nameOrId: string): Promise<string> =>
  context.ledger.transact((facts) => {
    const host = [...facts.hosts.values()].find(({ id, name }) => id === nameOrId || name === nameOrId)
    if (!host) throw new HostlerError('NOT_FOUND', `there is no host "${nameOrId}"; see: hostler get hosts`)
    const identity = facts.identities.get(host.id)
    const assignments = [...facts.assignments.values()].filter(({ hostId }) => hostId === host.id)
    const changes: StoreChange[] = [
      ...assignments.map(({ id }): StoreChange => ({ kind: 'deleteAssignment', id })),
      { kind: 'deleteHost', id: host.id },
      ...(identity ? [{ kind: 'putIdentity', identity: { ...identity, revoked: true } } as const] : []),
      event(context, 'warning', 'HostRemoved', `host/${host.name}`, `with ${assignments.length} replicas on it`),
    ]
    return { result: host.id, changes }
  })
