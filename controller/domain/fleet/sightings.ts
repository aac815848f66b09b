/** What hosts say, taken over into what was decided: ready replicas serve, lost hosts' replicas are given up, gone ones are forgotten. Pure. */
import { keepGang } from '../gang/keep.ts'
import { isGang } from '../gang/members.ts'
import type { Assignment, HostView } from '../model.ts'
import { awake } from '../scale/waking.ts'
import type { FleetDraft } from './draft.ts'
import { isGone, isLost, isReported, type SeenMember, seenOf } from './readiness.ts'

/** Looks at every assignment once. */
export const takeSightings = (draft: FleetDraft): void => {
  for (const assignment of [...draft.assignments]) {
    const { members } = seenOf(assignment, draft.state)
    const lost = members.find(({ host }) => host !== undefined && isLost(host, draft.state.frozen) && isFenced(draft, assignment, host))
    if (members.some(({ host }) => host === undefined)) forget(draft, assignment, 'its host was removed')
    else if (assignment.stage !== 'lost' && lost !== undefined) giveUp(draft, assignment, lost)
    else {
      takeSighting(draft, assignment)
      if (assignment.gang !== undefined) keepGang(draft, draft.assignment(assignment.id) ?? assignment)
    }
  }
}

/** Work that must not run twice is given up only when its own agent has certainly stopped it. */
const isFenced = (draft: FleetDraft, { deployment, revision }: Assignment, { leaseOverMs }: HostView): boolean => {
  const spec = draft.revision(deployment, revision)?.spec
  return spec?.onPartition !== 'stop' || leaseOverMs === undefined || leaseOverMs > spec.stopGraceMs + draft.settings.fenceMs
}

const takeSighting = (draft: FleetDraft, assignment: Assignment): void => {
  const seen = seenOf(assignment, draft.state)
  switch (assignment.stage) {
    case 'starting': {
      const endpoint = seen.status?.endpoint ?? ''
      if (!isReported(seen) || endpoint === '') return
      draft.putAssignment({ ...assignment, stage: 'serving', stageSinceUnixMs: draft.nowUnixMs, endpoint })
      endWaking(draft, assignment.deployment)
      draft.addEvent('info', 'ReplicaReady', `replica/${assignment.id}`, `serves at ${endpoint} on ${draft.hostNames(assignment)}`)
      return
    }
    case 'serving': {
      const endpoint = seen.status?.endpoint ?? ''
      if (isReported(seen) && endpoint !== '' && endpoint !== assignment.endpoint) draft.putAssignment({ ...assignment, endpoint })
      return
    }
    case 'stopping':
    case 'lost':
      if (isGone(seen)) forget(draft, assignment, `gone from ${draft.hostNames(assignment)}`)
      return
    case 'draining':
      return
  }
}

/**
 * What is left of a gang on other hosts stops at once: requests were kept away from it since the lease of the silent host ended, so the grace was
 * its drain. It is never had back, because of that.
 */
const giveUp = (draft: FleetDraft, assignment: Assignment, { member }: SeenMember): void => {
  draft.setStage(assignment, 'lost', assignment.drainCause ?? (isGang(assignment) ? 'failed' : undefined))
  draft.addEvent(
    'warning',
    'ReplicaLost',
    `replica/${assignment.id}`,
    `host ${draft.hostName(member.hostId)} has been silent past lease and grace${isGang(assignment) ? '; the gang ends with it' : ''}`,
  )
}

const endWaking = (draft: FleetDraft, name: string): void => {
  const deployment = draft.deployment(name)
  if (deployment?.wokenUnixMs !== undefined) draft.putDeployment(awake(deployment))
}

const forget = (draft: FleetDraft, assignment: Assignment, why: string): void => {
  draft.deleteAssignment(assignment)
  draft.addEvent('info', 'ReplicaGone', `replica/${assignment.id}`, why)
}
