import type { RuntimeName } from '../../shared/fleet/replica.ts'
import type { ReplicaMemory } from './memory.ts'
import type { View } from './plan.ts'

/**
 * Replicas that nobody wants any more and that are remembered, while a runtime has not answered since the agent started: they may run on, and to say
 * nothing of them would say that they are gone. By id. Pure.
 */
export const unaccounted = (
  isWanted: (replicaId: string) => boolean,
  memory: ReadonlyMap<string, ReplicaMemory>,
  unseen: ReadonlyMap<RuntimeName, string>,
): ReadonlyMap<string, View> => {
  if (unseen.size === 0) return new Map()
  const view: View = {
    phase: 'stopping',
    reason: 'RUNTIME_UNAVAILABLE',
    message: `It may still run: ${[...unseen.values()].join('; ')}`,
    findings: [],
    nextAttemptMs: 0,
  }
  return new Map([...memory.keys()].filter((id) => !isWanted(id)).map((id) => [id, view]))
}
