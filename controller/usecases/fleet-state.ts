import type { FleetState } from '../domain/model.ts'
import { canaryFiguresOf } from './canary-figures.ts'
import type { Facts } from './facts.ts'
import type { GatewayRegistry } from './gateway-registry.ts'
import type { HostRegistry } from './host-registry.ts'
import type { TrafficFigures } from './traffic.ts'

export interface FleetStateSources {
  readonly facts: Facts
  readonly hosts: HostRegistry
  readonly gateways: GatewayRegistry
  readonly traffic: TrafficFigures
  readonly frozen: boolean
  readonly nowUnixMs: number
}

/** Facts and sightings of this moment, as one value for the planners. */
export const fleetStateOf = ({ facts, hosts, gateways, traffic, frozen, nowUnixMs }: FleetStateSources): FleetState => ({
  deployments: facts.deployments,
  revisions: facts.revisions,
  assignments: facts.assignments,
  hosts: hosts.views(),
  gateways: gateways.views(),
  canaries: canaryFiguresOf(facts, traffic, nowUnixMs),
  frozen,
})
