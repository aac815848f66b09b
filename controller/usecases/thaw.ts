import { type HostSilence, thaw } from '../domain/brake/plan.ts'
import { event, type UseCaseContext } from './context.ts'

export interface Thawed {
  /** False: the brake was not pulled. */
  readonly changed: boolean
  /** Names of the hosts that are given up until they are heard of. */
  readonly gaveUp: readonly string[]
}

/** Releases the mass-failure brake: the hosts that are away now are really gone, and what they ran is replaced. */
export const thawEvictions = (context: UseCaseContext, silences: () => readonly HostSilence[], by: string): Promise<Thawed> =>
  context.ledger.transact<Thawed>((facts) => {
    if (!facts.brake.frozen) return { changes: [], result: { changed: false, gaveUp: [] } }
    const brake = thaw(facts.brake, silences())
    const gaveUp = brake.excused.map((id) => facts.hosts.get(id)?.name ?? id)
    const message = `${gaveUp.length} hosts are given up until they are heard of again, and their replicas are replaced (by ${by})`
    return {
      changes: [{ kind: 'putBrake', brake }, event(context, 'warning', 'EvictionsThawed', 'fleet', message)],
      result: { changed: true, gaveUp },
    }
  })
