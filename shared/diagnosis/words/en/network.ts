import type { NetworkCauses, NetworkEvents, NetworkFindings, networkChecks } from '../../catalogue/network.ts'
import type { RoomWords } from '../../catalogue/room.ts'

export const network: RoomWords<(typeof networkChecks)[number], NetworkFindings, NetworkCauses, NetworkEvents> = {
  checks: {},
  findings: {},
  causes: {},
  events: {},
}
