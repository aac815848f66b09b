/** What hosts say, taken over into what was decided: ready replicas serve, lost hosts' replicas are given up, gone ones are forgotten. Pure. */
import type { Assignment } from '../model.ts'
import type { FleetDraft } from './draft.ts'
import { isGone, isLost, isReported, seenOf } from './readiness.ts'

/** Looks at every assignment once. */
export const takeSightings = (draft: FleetDraft): void => {
  for (const assignment of [...draft.assignments]) {
    const { host } = seenOf(assignment, draft.state)
    if (host === undefined) forget(draft, assignment, 'its host was removed')
    else if (assignment.stage !== 'lost' && isLost(host, draft.state.frozen)) giveUp(draft, assignment)
    else takeSighting(draft, assignment)
  }
}

const takeSighting = (draft: FleetDraft, assignment: Assignment): void => {
  const seen = seenOf(assignment, draft.state)
  switch (assignment.stage) {
    case 'starting': {
      const endpoint = seen.status?.endpoint ?? ''
      if (!isReported(seen) || endpoint === '') return
      draft.putAssignment({ ...assignment, stage: 'serving', stageSinceUnixMs: draft.nowUnixMs, endpoint })
      draft.addEvent('info', 'ReplicaReady', `replica/${assignment.id}`, `serves at ${endpoint} on ${draft.hostName(assignment.hostId)}`)
      return
    }
    case 'serving': {
      const endpoint = seen.status?.endpoint ?? ''
      if (isReported(seen) && endpoint !== '' && endpoint !== assignment.endpoint) draft.putAssignment({ ...assignment, endpoint })
      return
    }
    case 'stopping':
    case 'lost':
      if (isGone(seen)) forget(draft, assignment, `gone from ${draft.hostName(assignment.hostId)}`)
      return
    case 'draining':
      return
  }
}

const giveUp = (draft: FleetDraft, assignment: Assignment): void => {
  draft.setStage(assignment, 'lost', assignment.drainCause)
  draft.addEvent(
    'warning',
    'ReplicaLost',
    `replica/${assignment.id}`,
    `host ${draft.hostName(assignment.hostId)} has been silent past lease and grace`,
  )
}

const forget = (draft: FleetDraft, assignment: Assignment, why: string): void => {
  draft.deleteAssignment(assignment)
  draft.addEvent('info', 'ReplicaGone', `replica/${assignment.id}`, why)
}
