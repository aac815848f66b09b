import { membersOf } from '../domain/gang/members.ts'
import type { Placement } from '../domain/incident/placement.ts'
import type { Facts } from './facts.ts'

/** Which replica, and which member of a gang, runs where, of this moment. */
export const placementOf = ({ assignments, hosts }: Facts): Placement =>
  new Map(
    [...assignments.values()].flatMap((assignment) =>
      membersOf(assignment).map(
        ({ id, hostId, gpuUuids }) =>
          [id, { deployment: assignment.deployment, host: hosts.get(hostId)?.name ?? hostId, gpuUuids }] as const,
      ),
    ),
  )
