import type { OomCauses, OomEvents, OomFindings, oomChecks } from '../../catalogue/oom.ts'
import type { RoomWords } from '../../catalogue/room.ts'
import { engineEvents } from './engine.ts'

export const oom: RoomWords<(typeof oomChecks)[number], OomFindings, OomCauses, OomEvents> = {
  checks: {},
  findings: {},
  causes: {},
  events: engineEvents,
}
