import type { Placement } from '../domain/incident/placement.ts'
import type { Facts } from './facts.ts'

/** Which replica runs where, of this moment. */
export const placementOf = ({ assignments, hosts }: Facts): Placement =>
  new Map(
    [...assignments.values()].map(({ id, deployment, hostId, gpuUuids }) => [
      id,
      { deployment, host: hosts.get(hostId)?.name ?? hostId, gpuUuids },
    ]),
  )
