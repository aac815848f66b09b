import { type ResourceRecord, resourceId } from '../domain/hosts/resource.ts'
import type { HostRecord } from '../domain/model.ts'
import { event, type UseCaseContext } from './context.ts'
import type { TuningWishes } from './tuning-wishes.ts'

/** Writes into the hosts' own documents which profile they are to have; the rest of each document stays. `none` takes it off. */
export const setProfiles = (
  context: UseCaseContext,
  wishes: TuningWishes,
  hosts: readonly HostRecord[],
  profile: string,
  author: string,
): Promise<void> =>
  context.ledger.transact((facts) => {
    const changes = hosts
      .filter(({ name }) => wishes.directory.hosts.get(name)?.profile !== profile)
      .flatMap(({ name }) => {
        const known = facts.resources.get(resourceId({ kind: 'Host', name }))
        const resource: ResourceRecord = {
          kind: 'Host',
          name,
          written: { ...(known?.written ?? { kind: 'Host', name }), profile },
          createdUnixMs: known?.createdUnixMs ?? context.clock.unixMs(),
          author,
        }
        const told =
          profile === 'none' ? `${name} is to have no profile (by ${author})` : `${name} is to have profile ${profile} (by ${author})`
        return [{ kind: 'putResource', resource } as const, event(context, 'info', 'ProfileChosen', `host/${name}`, told)]
      })
    return { result: undefined, changes }
  })
