import type { RuntimeName } from '../../shared/fleet/replica.ts'
import type { ReplicaMemory } from './memory.ts'
import type { View } from './plan.ts'

/** Runtimes that have not answered since the agent started, with why. */
type Unseen = ReadonlyMap<RuntimeName, string>

/**
 * It was given to a runtime that has not answered since. Also when no launch is remembered: the agent may have died before it wrote that down. Pure.
 */
export const mayRunUnseen = ({ runtime }: ReplicaMemory, unseen: Unseen): boolean => runtime !== undefined && unseen.has(runtime)

/**
 * Replicas that nobody wants any more and that may run on, as nobody can tell yet: to say nothing of them would say that they are gone. By id. Pure.
 */
export const unaccounted = (
  isWanted: (replicaId: string) => boolean,
  memory: ReadonlyMap<string, ReplicaMemory>,
  unseen: Unseen,
): ReadonlyMap<string, View> => {
  const views = new Map<string, View>()
  for (const [id, remembered] of memory) {
    if (isWanted(id) || !mayRunUnseen(remembered, unseen)) continue
    const why = remembered.runtime && unseen.get(remembered.runtime)
    views.set(id, { phase: 'stopping', reason: 'RUNTIME_UNAVAILABLE', message: `It may still run: ${why}`, findings: [], nextAttemptMs: 0 })
  }
  return views
}
