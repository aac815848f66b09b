import type { Facts } from './facts.ts'
import type { FleetMetrics } from './metrics.ts'

/**
 * Tokens generated a second by the replicas of a deployment, or of one of its revisions, as their engines told last. Gateways cannot tell:
 * they pass bytes on and read none of them.
 */
export const engineTokens =
  (facts: Facts, metrics: FleetMetrics) =>
  (deployment: string, revision: number | undefined): number | undefined => {
    const figures = [...facts.assignments.values()]
      .filter((assignment) => assignment.deployment === deployment && (revision === undefined || assignment.revision === revision))
      .map(({ hostId, id }) => metrics.ofReplica(hostId, id, 'hostler_engine_tokens_per_second'))
      .filter((figure) => figure !== undefined)
    return figures.length === 0 ? undefined : figures.reduce((sum, figure) => sum + figure, 0)
  }
