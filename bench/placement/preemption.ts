/** What it costs to look for whom a hundred deployments without a place may take it from. */
import { applyChanges } from '../../controller/domain/fleet/apply.ts'
import { planFleet } from '../../controller/domain/fleet/plan.ts'
import type { Assignment, FleetState, HostView } from '../../controller/domain/model.ts'
import type { DeploymentDocument } from '../../controller/domain/spec/schema.ts'
import { deployment, revision, specOf, status } from '../../test/controller/domain/support/fleet.ts'
import { cpuMsOf } from './cpu.ts'
import { fleetOf, gpusPerHost, settings } from './fleets.ts'

export const waitingDeployments = 100

/** A full fleet of weak replicas of one GPU, all of them ready, and a hundred strong deployments that have come since. */
const fullFleet = (hosts: number, strong: Partial<DeploymentDocument>): FleetState => {
  const state = fleetOf(
    hosts,
    Array.from({ length: gpusPerHost }, () => ({ replicas: hosts, resources: { gpus: 1 } })),
  )
  const placed = planFleet(state, settings).changes.flatMap((change) => (change.kind === 'putAssignment' ? [change.assignment] : []))
  const serving = placed.map((one): Assignment => ({ ...one, stage: 'serving', endpoint: '10.0.0.1:8000' }))
  const byHost = Map.groupBy(serving, ({ hostId }) => hostId)
  const views = [...state.hosts].map(([id, view]): [string, HostView] => {
    const told = (byHost.get(id) ?? []).map((one) => [one.id, status(one.id, 'ready', { gpuUuids: one.gpuUuids })] as const)
    return [id, { ...view, replicas: new Map(told) }]
  })
  const full: FleetState = { ...state, hosts: new Map(views), assignments: new Map(serving.map((one) => [one.id, one])) }
  const specs = Array.from({ length: waitingDeployments }, (_, at) => specOf({ ...strong, name: `strong-${at}`, priority: 'high' }))
  return applyChanges(
    full,
    specs.flatMap((spec) => [
      { kind: 'putRevision' as const, revision: { ...revision(1, spec), deployment: spec.name } },
      { kind: 'putDeployment' as const, deployment: deployment(spec.name, { createdUnixMs: 5 }) },
    ]),
  )
}

export interface PreemptionCost {
  /** The pass that decides who gives way. */
  readonly decideMs: number
  /** Each further pass while they drain. */
  readonly waitMs: number
}

export const preemptionCost = (hosts: number, strong: Partial<DeploymentDocument>): PreemptionCost => {
  const state = fullFleet(hosts, strong)
  let next = state
  const decideMs = cpuMsOf(() => {
    next = applyChanges(state, planFleet(state, settings).changes)
  })
  const gone = [...next.assignments.values()].filter(({ drainCause }) => drainCause === 'preempted').length
  if (gone < waitingDeployments) throw new Error(`${gone} replicas give way to ${waitingDeployments}`)
  let more = 0
  const waitMs = cpuMsOf(() => {
    more = planFleet(next, settings).changes.length
  })
  if (more > 0) throw new Error(`${more} changes while nothing happened`)
  return { decideMs, waitMs }
}
