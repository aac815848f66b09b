import type { NetworkCauses, NetworkEvents, NetworkFindings, networkChecks } from '../../catalogue/network.ts'
import type { RoomWords } from '../../catalogue/room.ts'
import { hostFindings } from './network-host.ts'
import { meshCauses, meshFindings } from './network-mesh.ts'

export const network: RoomWords<(typeof networkChecks)[number], NetworkFindings, NetworkCauses, NetworkEvents> = {
  checks: {
    'network.neighbours': 'Neighbour tables (ARP and NDP)',
    'network.duplicate-address': 'Whether another machine has the address of this host',
    'network.gateway': 'Loss towards the gateway',
    'network.path-mtu': 'Full-size packets to the controller',
    'network.accept-queue': 'Queues of listeners',
    'network.conntrack': 'The connection tracking table',
    'network.cards': 'Network cards',
    'network.bonds': 'Bonds',
    'network.rdma': 'RDMA ports',
    'network.mesh': 'Measurements between hosts',
  },
  findings: { ...hostFindings, ...meshFindings },
  causes: {
    ...meshCauses,
    'network.table-has-room': ({ family, entries, gcThresh3 }) => `the ${family} neighbour table has room: ${entries} of ${gcThresh3}`,
  },
  events: {},
}
