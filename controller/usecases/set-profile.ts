import { type ResourceRecord, resourceId } from '../domain/hosts/resource.ts'
import { noProfile } from '../domain/hosts/schema.ts'
import { event, type UseCaseContext } from './context.ts'
import type { TuningWishes } from './tuning-wishes.ts'

/** Writes into the host's own document which profile it is to have; the rest of the document stays. `none` takes it off. */
export const setProfile = (context: UseCaseContext, wishes: TuningWishes, name: string, profile: string, author: string): Promise<void> =>
  context.ledger.transact((facts) => {
    if (wishes.directory.hosts.get(name)?.profile === profile) return { result: undefined, changes: [] }
    const known = facts.resources.get(resourceId({ kind: 'Host', name }))
    const resource: ResourceRecord = {
      kind: 'Host',
      name,
      written: { ...(known?.written ?? { kind: 'Host', name }), profile },
      createdUnixMs: known?.createdUnixMs ?? context.clock.unixMs(),
      author,
    }
    const told = `${name} is to have ${profile === noProfile ? 'no profile' : `profile ${profile}`} (by ${author})`
    return {
      result: undefined,
      changes: [{ kind: 'putResource', resource }, event(context, 'info', 'ProfileChosen', `host/${name}`, told)],
    }
  })
