/** Which endpoints gateways are given. Pure. */
import type { Endpoint, RevisionShare, Route } from '../../shared/fleet/membership.ts'
import { type SeenMember, seenOf } from './fleet/readiness.ts'
import type { Assignment, Deployment, FleetState } from './model.ts'
import { firstReplicaMs } from './scale/waking.ts'
import type { DeploymentSpec } from './spec/schema.ts'

/**
 * A route for each deployment, in the order of their names. The version is the publisher's. A deployment that is being deleted keeps its draining
 * endpoints, so that gateways can say when they have let go, and answers to no model any more.
 */
export const routesOf = (state: FleetState): readonly Route[] => {
  const byDeployment = Map.groupBy(state.assignments.values(), ({ deployment }) => deployment)
  return [...state.deployments.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((deployment) => {
      const spec = specOf(state, deployment, deployment.targetRevision)
      return spec === undefined ? [] : [routeOf(state, deployment, spec, byDeployment.get(deployment.name) ?? [])]
    })
}

const routeOf = (state: FleetState, deployment: Deployment, spec: DeploymentSpec, assignments: readonly Assignment[]): Route => {
  const canary = shareOf(state, deployment, spec, assignments)
  const weightOf = weights(state, deployment, assignments)
  return {
    deployment: deployment.name,
    models: deployment.deleting ? [] : [spec.model.name, ...spec.model.aliases],
    endpoints: assignments
      .filter((assignment) => isRouted(assignment, state))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map((assignment) => endpointOf(state, deployment, assignment, weightOf(assignment))),
    routing: spec.routing,
    tokensPerMinute: spec.limits.tokensPerMinute ?? 0,
    holdMs: holdMsOf(state, spec, assignments),
    maxQueue: spec.queue.max,
    maxQueueBytes: spec.queue.maxBytesMiB * 1024 * 1024,
    ...(spec.rateLimit === undefined ? {} : { rateLimit: spec.rateLimit }),
    ...(canary === undefined ? {} : { canary }),
  }
}

/**
 * A canary's share of the traffic. A revision that has failed gets none while it is replaced, as long as there are others: clients are not to
 * wait for the last of its replicas to go.
 */
const shareOf = (
  state: FleetState,
  deployment: Deployment,
  spec: DeploymentSpec,
  assignments: readonly Assignment[],
): RevisionShare | undefined => {
  const { canary, name, targetRevision } = deployment
  const percent = spec.update.canary?.trafficPercent
  if (canary !== undefined && canary.stableRevision !== targetRevision)
    return percent === undefined ? undefined : { revision: targetRevision, share: percent / 100 }
  const failed = state.revisions
    .get(name)
    ?.findLast(
      ({ number, state: verdict }) =>
        verdict === 'failed' && number !== targetRevision && assignments.some(({ revision }) => revision === number),
    )
  return failed && { revision: failed.number, share: 0 }
}

/** A deployment that sleeps holds its requests until the first replica is there, for as long as that may take. */
const holdMsOf = (state: FleetState, spec: DeploymentSpec, assignments: readonly Assignment[]): number => {
  const { autoscale, queue } = spec
  const mayWaken = autoscale?.min === 0 && !assignments.some((assignment) => assignment.stage !== 'draining' && isRouted(assignment, state))
  return mayWaken ? Math.max(queue.holdMs, firstReplicaMs(spec)) : queue.holdMs
}

/** By what each may have in flight where all of them have a cap, else by their GPUs: revisions differ in both. */
const weights = (state: FleetState, deployment: Deployment, assignments: readonly Assignment[]) => {
  const specs = assignments.map(({ revision }) => specOf(state, deployment, revision))
  const capped = specs.every((spec) => spec !== undefined && spec.maxConcurrent > 0)
  return ({ revision }: Assignment): number => {
    const spec = specOf(state, deployment, revision)
    return Math.max(1, (capped ? spec?.maxConcurrent : spec?.resources.gpus) ?? 1)
  }
}

const endpointOf = (state: FleetState, deployment: Deployment, assignment: Assignment, weight: number): Endpoint => ({
  replicaId: assignment.id,
  origin: `http://${assignment.endpoint}`,
  apiKey: assignment.apiKey,
  draining: assignment.stage === 'draining',
  revision: assignment.revision,
  maxConcurrent: specOf(state, deployment, assignment.revision)?.maxConcurrent ?? 0,
  weight,
})

const specOf = (state: FleetState, deployment: Deployment, number: number): DeploymentSpec | undefined =>
  state.revisions.get(deployment.name)?.find((revision) => revision.number === number)?.spec

/**
 * Draining ones are listed until they stop. Serving ones are listed while their agent says that they are ready, and while there is no word
 * for a reason of our own: the controller has just started, the agent has just connected, or the mass-failure brake makes us doubt
 * ourselves. Gateways see failures by themselves in any case.
 */
export const isRouted = (assignment: Assignment, state: Pick<FleetState, 'hosts' | 'frozen'>): boolean => {
  if (assignment.endpoint === '') return false
  if (assignment.stage === 'draining') return true
  if (assignment.stage !== 'serving' || assignment.gang?.down !== undefined) return false
  return seenOf(assignment, state).members.every((member) => isServing(member, state.frozen))
}

const isServing = ({ host, status }: SeenMember, frozen: boolean): boolean => {
  if (host === undefined || host.record.revoked) return false
  if (host.presence === 'unknown') return true
  if (host.presence !== 'connected') return frozen
  return status === undefined ? !host.synced : status.phase === 'ready'
}
