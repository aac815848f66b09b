/** What is left on hosts that drain, and what each replica there waits for. Pure. */
import { memberOn } from '../gang/members.ts'
import type { Assignment, HostView, LeavingReplica } from '../model.ts'
import { byAge, censusOf } from '../rollout/census.ts'
import type { RolloutOutcome } from '../rollout/plan.ts'
import { describeDraining, describeReplica } from './describe-replica.ts'
import type { FleetDraft } from './draft.ts'
import { isDraining } from './leaving.ts'
import { hasLeft, isInTouch } from './readiness.ts'

/** By host id, for every host that drains. Replicas that nobody ordered are listed as well: they are about to be removed. */
export const drainReports = (
  draft: FleetDraft,
  outcomes: ReadonlyMap<string, RolloutOutcome>,
): ReadonlyMap<string, readonly LeavingReplica[]> =>
  new Map([...draft.state.hosts.values()].filter(isDraining).map((host) => [host.record.id, leftOn(draft, host, outcomes)]))

const leftOn = (draft: FleetDraft, host: HostView, outcomes: ReadonlyMap<string, RolloutOutcome>): readonly LeavingReplica[] => {
  const assigned = byAge(draft.assignmentsOn(host.record.id)).filter((assignment) => !hasLeft(assignment, host))
  const known = new Set(assigned.map((assignment) => memberOn(assignment, host.record.id)?.id))
  return [
    ...assigned.map((assignment) => ({
      id: assignment.id,
      message: waitsFor(draft, host, assignment, outcomes.get(assignment.deployment)),
    })),
    ...[...host.replicas.keys()].filter((id) => !known.has(id)).map((id) => ({ id, message: 'is being removed' })),
  ]
}

const waitsFor = (draft: FleetDraft, host: HostView, assignment: Assignment, outcome: RolloutOutcome | undefined): string => {
  const { id } = assignment
  const { name } = host.record
  const said = (text: string): string => (text.startsWith(`${id} `) ? text.slice(id.length + 1) : text)
  if (assignment.stage === 'lost')
    return `cannot be reached: ${name} is ${host.presence === 'connected' ? 'back and removes it' : host.presence}`
  if (assignment.stage === 'stopping') return 'is stopping'
  if (assignment.stage === 'draining') return said(describeDraining(draft, assignment))
  if (!isInTouch(host)) return `waits until ${name} is in touch`
  const census = censusOf(draft, assignment.deployment)
  const coming = census?.live.find((one) => !census.isLeaving(one) && !census.isReady(one))
  if (coming !== undefined) return `waits for its replacement: ${describeReplica(draft, coming)}`
  if (outcome?.unmoved !== undefined) return `has no place elsewhere: ${outcome.unmoved}`
  if (outcome?.unplaced !== undefined) return `is needed while others have no place: ${outcome.unplaced.suggestion}`
  return 'waits for its turn'
}
