import type { HostCauses, HostEvents, HostFindings, hostChecks } from '../../catalogue/host.ts'
import type { RoomWords } from '../../catalogue/room.ts'

export const host: RoomWords<(typeof hostChecks)[number], HostFindings, HostCauses, HostEvents> = {
  checks: {},
  findings: {},
  causes: {},
  events: {},
}
