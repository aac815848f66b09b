import { setImmediate } from 'node:timers/promises'
import { applyChanges } from '../domain/fleet/apply.ts'
import { type Ahead, lookAhead } from '../domain/fleet/look-ahead.ts'
import type { PlanSettings } from '../domain/fleet/settings.ts'
import { hostIdsOf, membersOf } from '../domain/gang/members.ts'
import type { Assignment, FleetState, Unplaced } from '../domain/model.ts'
import { type FieldChange, fieldChanges } from '../domain/spec/diff.ts'
import { documentOf } from '../domain/spec/document.ts'
import type { DeploymentSpec } from '../domain/spec/schema.ts'
import type { UseCaseContext } from './context.ts'
import { type Applied, decideSpec } from './deployments.ts'

export interface PreviewedDeployment extends Applied {
  /** 0: there is none yet. */
  readonly currentRevision: number
  readonly fields: readonly FieldChange[]
}

export interface PreviewedReplica {
  readonly id: string
  readonly deployment: string
  readonly revision: number
  /** Names, the leader's first. */
  readonly hosts: readonly string[]
  /** Indices on each host, in the order of the hosts. */
  readonly gpus: readonly (readonly number[])[]
  readonly isNew: boolean
}

export interface Shortage {
  readonly deployment: string
  readonly unplaced: Unplaced
}

export interface Preview {
  readonly deployments: readonly PreviewedDeployment[]
  readonly events: Ahead['events']
  /** Of the deployments that were asked about, as they would stand in the end. */
  readonly replicas: readonly PreviewedReplica[]
  /** Of the deployments that were asked about, and of those that lack a place only by this. */
  readonly shortages: readonly Shortage[]
  readonly settled: boolean
}

export interface PreviewOptions {
  readonly context: UseCaseContext
  readonly state: () => FleetState
  readonly settings: PlanSettings
}

/** A rollout of hundreds of replicas, one at a time, needs a few rounds for each. */
const mostRounds = 300

const runThrough = async (state: FleetState, nowUnixMs: number, settings: PlanSettings): Promise<Ahead | undefined> => {
  let last: Ahead | undefined
  for (const ahead of lookAhead(state, nowUnixMs, settings, mostRounds)) {
    last = ahead
    // A large fleet takes a while; agents and gateways are served meanwhile.
    await setImmediate()
  }
  return last
}

const replicaOf = ({ hosts }: FleetState, assignment: Assignment, isNew: boolean): PreviewedReplica => ({
  id: assignment.id,
  deployment: assignment.deployment,
  revision: assignment.revision,
  hosts: hostIdsOf(assignment).map((id) => hosts.get(id)?.record.name ?? id),
  gpus: membersOf(assignment).map(({ hostId, gpuUuids }) =>
    (hosts.get(hostId)?.inventory?.gpus ?? []).filter(({ uuid }) => gpuUuids.includes(uuid)).map(({ index }) => index),
  ),
  isNew,
})

/**
 * What would happen if these specs were applied together now and everything went well: the decision and the planner themselves, on a copy. Changes
 * nothing, and says the same again for the same fleet. Errors: those of applying, NAME_TAKEN and CONFLICT.
 */
export const previewSpecs = async (
  { context, state, settings }: PreviewOptions,
  specs: readonly DeploymentSpec[],
  author: string,
): Promise<Preview> => {
  const nowUnixMs = context.clock.unixMs()
  const before = state()
  let wanted = before
  const deployments: PreviewedDeployment[] = []
  for (const spec of specs) {
    const facts = { ...context.ledger.facts, deployments: wanted.deployments, revisions: wanted.revisions }
    const existing = wanted.deployments.get(spec.name)
    const current = wanted.revisions.get(spec.name)?.find(({ number }) => number === existing?.targetRevision)
    const { changes, result } = decideSpec(context, facts, spec, { author })
    wanted = applyChanges(wanted, changes)
    // The number of replicas is the deployment's own, which a spec need not set.
    const replicas = wanted.deployments.get(spec.name)?.replicas ?? spec.replicas
    const fields =
      current === undefined || existing === undefined
        ? []
        : fieldChanges(documentOf({ ...current.spec, replicas: existing.replicas }), documentOf({ ...spec, replicas }))
    deployments.push({ ...result, currentRevision: current?.number ?? 0, fields })
  }
  const asked = new Set(specs.map(({ name }) => name))
  const anyway = await runThrough(before, nowUnixMs, settings)
  const ahead = await runThrough(wanted, nowUnixMs, settings)
  const shortOf = (from: Ahead | undefined): readonly Shortage[] =>
    [...(from?.reports.values() ?? [])].flatMap(({ name, unplaced }) => (unplaced === undefined ? [] : [{ deployment: name, unplaced }]))
  const shortAnyway = new Map(shortOf(anyway).map(({ deployment, unplaced }) => [deployment, unplaced.count]))
  return {
    deployments,
    events: ahead?.events ?? [],
    replicas: [...(ahead?.state.assignments.values() ?? [])]
      .filter(({ deployment, stage }) => asked.has(deployment) && (stage === 'starting' || stage === 'serving'))
      .map((assignment) => replicaOf(before, assignment, !before.assignments.has(assignment.id))),
    shortages: shortOf(ahead).filter(
      ({ deployment, unplaced }) => asked.has(deployment) || unplaced.count > (shortAnyway.get(deployment) ?? 0),
    ),
    settled: ahead?.settled ?? false,
  }
}
