import { acceptBehind, type HostKnowledge, strangersOf } from '../domain/brake/behind.ts'
import { type HostSilence, thaw } from '../domain/brake/plan.ts'
import { event, type UseCaseContext } from './context.ts'

export interface Thawed {
  /** False: no brake was pulled. */
  readonly changed: boolean
  /** Names of the hosts that are given up until they are heard of. */
  readonly gaveUp: readonly string[]
  /** `chat-7 on gpu-1; …`: replicas that a restored database does not know, and that are stopped now. Empty: none. */
  readonly stops: string
}

interface Seen {
  silences(): readonly HostSilence[]
  knowledge(): readonly HostKnowledge[]
}

/**
 * Releases the brakes. The mass-failure brake: the hosts that are away now are really gone, and what they ran is replaced. The hold of a
 * restored controller: what its database does not know may go.
 */
export const thawEvictions = (context: UseCaseContext, seen: Seen, by: string): Promise<Thawed> =>
  context.ledger.transact<Thawed>(({ brake: before, hosts }) => {
    const held = before.behind?.held ?? false
    const thawed = before.frozen ? thaw(before, seen.silences()) : before
    const gaveUp = before.frozen ? thawed.excused.map((id) => hosts.get(id)?.name ?? id) : []
    const knowledge = held ? seen.knowledge() : []
    const stops = strangersOf(knowledge)
    if (!before.frozen && !held) return { changes: [], result: { changed: false, gaveUp, stops } }
    const given = `${gaveUp.length} hosts are given up until they are heard of again, and their replicas are replaced (by ${by})`
    const accepted = `the restored database holds from now on (by ${by})${stops === '' ? '' : `; it does not know ${stops}, which are stopped`}`
    return {
      changes: [
        { kind: 'putBrake', brake: held ? { ...thawed, behind: acceptBehind(knowledge) } : thawed },
        ...(before.frozen ? [event(context, 'warning', 'EvictionsThawed', 'fleet', given)] : []),
        ...(held ? [event(context, 'warning', 'ControllerAccepted', 'fleet', accepted)] : []),
      ],
      result: { changed: true, gaveUp, stops },
    }
  })
