/**
 * What would become of a fleet if everything went well: the planner itself, again and again, on a copy in which replicas that start serve at once, and
 * those that leave are gone at once. Nothing is assumed of replicas that are ill already, nor of hosts that are out of touch. Pure.
 */

import type { ReplicaStatus } from '../../../shared/fleet/replica.ts'
import { hostIdsOf, membersOf } from '../gang/members.ts'
import type { Assignment, DeploymentReport, EventDraft, FleetState } from '../model.ts'
import { applyChanges } from './apply.ts'
import { planFleet } from './plan.ts'
import { isInTouch } from './readiness.ts'
import type { PlanSettings } from './settings.ts'

export interface Ahead {
  readonly state: FleetState
  /** In the order in which they would come; those of one round come together. */
  readonly events: readonly (EventDraft & { readonly round: number })[]
  readonly reports: ReadonlyMap<string, DeploymentReport>
  /** Nothing more would change; false: the rest was not looked at. */
  readonly settled: boolean
}

/** One round after another; the last value is the whole. A caller may let others have a turn in between. */
export function* lookAhead(start: FleetState, nowUnixMs: number, settings: PlanSettings, mostRounds: number): Generator<Ahead, void> {
  let state: FleetState = { ...start, gateways: [] }
  const original = start.assignments
  const events: (EventDraft & { readonly round: number })[] = []
  for (let round = 1; round <= mostRounds; round++) {
    const plan = planFleet(state, { nowUnixMs: nowUnixMs + round, settings })
    for (const change of plan.changes) if (change.kind === 'addEvent') events.push({ ...change.event, round })
    const next = advance(applyChanges(state, plan.changes), original, nowUnixMs + round)
    const settled = plan.changes.length === 0 && next === undefined
    state = next ?? applyChanges(state, plan.changes)
    yield { state, events, reports: plan.reports, settled }
    if (settled) return
  }
}

/** Undefined when nothing is on its way. */
const advance = (state: FleetState, original: FleetState['assignments'], nowUnixMs: number): FleetState | undefined => {
  const hosts = new Map(state.hosts)
  const assignments = new Map(state.assignments)
  let moved = false
  const put = (hostId: string, change: (replicas: Map<string, ReplicaStatus>) => void): void => {
    const view = hosts.get(hostId)
    if (!isInTouch(view)) return
    const replicas = new Map(view.replicas)
    change(replicas)
    hosts.set(hostId, { ...view, replicas })
    moved = true
  }
  for (const assignment of state.assignments.values()) {
    if (assignment.stage === 'stopping' || (assignment.stage === 'lost' && hostIdsOf(assignment).every((id) => isInTouch(hosts.get(id))))) {
      for (const { id, hostId } of membersOf(assignment))
        if (hosts.get(hostId)?.replicas.has(id)) put(hostId, (replicas) => replicas.delete(id))
    } else if (assignment.stage === 'draining' && assignment.drainVersion === 0) {
      assignments.set(assignment.id, { ...assignment, drainVersion: 1 })
      moved = true
    } else if (assignment.stage === 'starting' && !original.has(assignment.id)) {
      for (const member of membersOf(assignment))
        if (!hosts.get(member.hostId)?.replicas.has(member.id))
          put(member.hostId, (replicas) => replicas.set(member.id, ready(assignment, member.id, member.gpuUuids, nowUnixMs)))
    }
  }
  return moved ? { ...state, hosts, assignments } : undefined
}

/** Stands in events where the endpoint will be, which the host chooses. */
const aPort = 'a free port'

const ready = ({ deployment, revision }: Assignment, id: string, gpuUuids: readonly string[], nowUnixMs: number): ReplicaStatus => ({
  id,
  deployment,
  revision,
  phase: 'ready',
  reason: '',
  message: '',
  endpoint: aPort,
  restarts: 0,
  sinceUnixMs: nowUnixMs,
  oomKilled: false,
  lastLogLines: [],
  instanceId: '',
  warnings: [],
  gpuUuids,
  progressPercent: 0,
  preflight: [],
  nextAttemptUnixMs: 0,
  adjustments: [],
})
