/** The parts of a replica, one on each of its hosts. Pure. */
import type { Assignment, GangMember } from '../model.ts'

/** Such as `ds-7` for the leader and `ds-7-r1` for rank 1. Replica ids end in a number, so no two of either are ever alike. */
export const memberIdOf = (replicaId: string, rank: number): string => (rank === 0 ? replicaId : `${replicaId}-r${rank}`)

/** The replica that a member belongs to; any other id is its own. */
export const replicaIdOf = (memberId: string): string => memberId.replace(/-r[1-9]\d*$/, '')

export const leaderOf = ({ id, hostId, gpuUuids, memoryMiB }: Assignment): GangMember => ({ id, rank: 0, hostId, gpuUuids, memoryMiB })

/** All of a gang, the leader first; of a replica on one host that alone. */
export const membersOf = (assignment: Assignment): readonly GangMember[] =>
  isGang(assignment) ? [leaderOf(assignment), ...(assignment.workers ?? [])] : [leaderOf(assignment)]

export const hostIdsOf = ({ hostId, workers = [] }: Assignment): readonly string[] => [hostId, ...workers.map((worker) => worker.hostId)]

/** What runs, or will, on one host; undefined when no member is there. */
export const memberOn = (assignment: Assignment, hostId: string): GangMember | undefined =>
  membersOf(assignment).find((member) => member.hostId === hostId)

export const isGang = ({ workers }: Pick<Assignment, 'workers'>): boolean => workers !== undefined && workers.length > 0
