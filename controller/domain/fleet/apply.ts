/** A fleet as it is once changes are stored. Pure; what is seen (hosts, gateways) stays as it is. */
import type { Change, FleetState } from '../model.ts'

export const applyChanges = (state: FleetState, changes: readonly Change[]): FleetState => {
  const deployments = new Map(state.deployments)
  const revisions = new Map(state.revisions)
  const assignments = new Map(state.assignments)
  const hosts = new Map(state.hosts)
  const appliers: { readonly [K in Change['kind']]: (change: Extract<Change, { kind: K }>) => void } = {
    putDeployment: ({ deployment }) => deployments.set(deployment.name, deployment),
    deleteDeployment: ({ name }) => {
      deployments.delete(name)
      revisions.delete(name)
    },
    putRevision: ({ revision }) => {
      const others = (revisions.get(revision.deployment) ?? []).filter(({ number }) => number !== revision.number)
      revisions.set(
        revision.deployment,
        [...others, revision].sort((a, b) => a.number - b.number),
      )
    },
    putAssignment: ({ assignment }) => assignments.set(assignment.id, assignment),
    deleteAssignment: ({ id }) => assignments.delete(id),
    putHost: ({ host }) => {
      const view = hosts.get(host.id)
      if (view !== undefined) hosts.set(host.id, { ...view, record: host })
    },
    deleteHost: ({ id }) => hosts.delete(id),
    addEvent: () => {},
  }
  for (const change of changes) (appliers[change.kind] as (change: Change) => void)(change)
  return { ...state, deployments, revisions, assignments, hosts }
}
