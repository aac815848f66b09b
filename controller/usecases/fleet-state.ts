import type { FleetState } from '../domain/model.ts'
import type { Facts } from './facts.ts'
import type { GatewayRegistry } from './gateway-registry.ts'
import type { HostRegistry } from './host-registry.ts'

/** Facts and sightings of this moment, as one value for the planners. */
export const fleetStateOf = (facts: Facts, hosts: HostRegistry, gateways: GatewayRegistry, frozen: boolean): FleetState => ({
  deployments: facts.deployments,
  revisions: facts.revisions,
  assignments: facts.assignments,
  hosts: hosts.views(),
  gateways: gateways.views(),
  frozen,
})
