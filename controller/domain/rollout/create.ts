/** New replicas: a place is found, or one comes back from a host that was lost. Pure. */
import type { FleetDraft } from '../fleet/draft.ts'
import { isLeaving } from '../fleet/leaving.ts'
import { seenOf } from '../fleet/readiness.ts'
import { memberIdOf } from '../gang/members.ts'
import { startOf } from '../gang/run.ts'
import type { Assignment, Deployment, Revision } from '../model.ts'
import type { HostCapacity } from '../placement/capacity.ts'
import { type Placed, type Placement, place, takes, type Verdicts } from '../placement/plan.ts'
import type { PlacementRequest } from '../placement/request.ts'

export interface CreateOptions {
  /** Only these hosts, as they would be. All of them, as they are, unless given. */
  readonly capacities?: Iterable<HostCapacity> | undefined
  readonly preferGpuUuids?: readonly string[] | undefined
  readonly avoidHostIds?: readonly string[] | undefined
  /** Kept by the caller from one creation to the next of the same revision with the same options. */
  readonly verdicts?: Verdicts | undefined
  /** About to give their place, so that nobody has to keep apart from them. */
  readonly inPlaceOf?: readonly Assignment[] | undefined
}

/** Places one replica of the revision and puts it into its host's spec; says why when there is no place. */
export const createReplica = (draft: FleetDraft, revision: Revision, options: CreateOptions = {}): Placement => {
  const placement = findPlace(draft, revision, options)
  const deployment = draft.deployment(revision.deployment)
  if (!placement.placed || deployment === undefined) return placement
  const number = freeNumber(draft, deployment)
  const id = `${deployment.name}-${number}`
  const memoryMiB = revision.spec.resources.memoryRequestMiB
  draft.putDeployment({ ...deployment, nextReplica: number + 1 })
  draft.putAssignment({
    id,
    deployment: deployment.name,
    revision: revision.number,
    hostId: placement.hostId,
    gpuUuids: placement.gpuUuids,
    memoryMiB,
    ...gangOf(draft, id, placement, memoryMiB),
    stage: 'starting',
    stageSinceUnixMs: draft.nowUnixMs,
    createdUnixMs: draft.nowUnixMs,
    drainVersion: 0,
    endpoint: '',
    apiKey: '',
    ...(options.avoidHostIds === undefined ? {} : { avoidHostIds: options.avoidHostIds }),
  })
  draft.addEvent('info', 'ReplicaPlaced', `replica/${id}`, `revision ${revision.number} on ${describePlace(draft, placement)}`)
  return placement
}

const gangOf = (draft: FleetDraft, id: string, { hostId, workers }: Placed, memoryMiB: number): Pick<Assignment, 'workers' | 'gang'> => {
  if (workers.length === 0) return {}
  const hostIds = [hostId, ...workers.map((worker) => worker.hostId)]
  return {
    workers: workers.map((worker, index) => ({ ...worker, id: memberIdOf(id, index + 1), rank: index + 1, memoryMiB })),
    gang: startOf(draft, id, hostIds, { attempt: 0, crashes: 0 }),
  }
}

const describePlace = (draft: FleetDraft, { hostId, gpuUuids, workers }: Placed): string => {
  const gpus = gpuUuids.length
  const names = [hostId, ...workers.map((worker) => worker.hostId)].map((each) => draft.hostName(each)).join(', ')
  return `${names}${gpus === 0 ? '' : ` with ${gpus} GPU${gpus === 1 ? '' : 's'}${workers.length === 0 ? '' : ' each'}`}`
}

/** A deleted deployment of the same name may have left a replica on a host that is out of touch. */
const freeNumber = (draft: FleetDraft, { name, nextReplica }: Deployment): number => {
  let number = nextReplica
  while (draft.isKnownReplica(`${name}-${number}`)) number += 1
  return number
}

const requestOf = (draft: FleetDraft, { deployment, spec }: Revision, options: CreateOptions): PlacementRequest => ({
  deployment,
  spec,
  avoidHostIds: new Set(options.avoidHostIds),
  nowUnixMs: draft.nowUnixMs,
  preferGpuUuids: options.preferGpuUuids,
  neighbours: draft.neighboursOf(deployment, spec, options.inPlaceOf),
})

/** Where a replica would go, without putting it there. */
export const findPlace = (draft: FleetDraft, revision: Revision, options: CreateOptions = {}): Placement =>
  place(requestOf(draft, revision, options), options.capacities ?? draft.capacities(), options.verdicts)

/** Whether a host could take a replica, or a member of a gang, once these had given their place. */
export const couldTake = (draft: FleetDraft, revision: Revision, capacity: HostCapacity, inPlaceOf: readonly Assignment[] = []): boolean =>
  takes(requestOf(draft, revision, { inPlaceOf }), capacity)

/**
 * A lost replica that can be had back: its host is in touch again, and nobody has told it to stop the replica, which it has kept serving.
 * The agent gets its next spec after this plan, so the replica never leaves it. One that was on its way out when its host was lost is not
 * had back: its GPUs may be promised to its successor.
 */
export const revivable = (draft: FleetDraft, lost: readonly Assignment[], revision: number): Assignment | undefined =>
  lost.find((assignment) => {
    const { host, status } = seenOf(assignment, draft.state)
    return (
      assignment.revision === revision &&
      assignment.drainCause === undefined &&
      host?.presence === 'connected' &&
      !host.record.revoked &&
      !isLeaving(assignment, draft.state) &&
      status !== undefined &&
      status.phase !== 'stopping'
    )
  })

export const revive = (draft: FleetDraft, assignment: Assignment): void => {
  draft.setStage(assignment, 'starting')
  draft.addEvent(
    'info',
    'ReplicaReturned',
    `replica/${assignment.id}`,
    `host ${draft.hostName(assignment.hostId)} is back and still has it`,
  )
}
