import type { IncidentCauses, IncidentEvents, IncidentFindings, incidentChecks } from '../../catalogue/incident.ts'
import type { RoomWords } from '../../catalogue/room.ts'

const seconds = (ms: number): string => `${ms < 10_000 ? Number((ms / 1000).toFixed(1)) : Math.round(ms / 1000)} s`

export const incident: RoomWords<(typeof incidentChecks)[number], IncidentFindings, IncidentCauses, IncidentEvents> = {
  checks: {},
  findings: {},
  causes: {
    'incident.came-later': ({ event, where, afterMs }) => `${event} (${where}) came ${seconds(afterMs)} after, so it is not the cause`,
    'incident.too-long-before': ({ event, where, beforeMs, mostMs }) =>
      `${event} (${where}) was ${seconds(beforeMs)} before; it would have shown within ${seconds(mostMs)}`,
    'incident.elsewhere': ({ event, where }) => `${event} (${where}) hit something that this does not use`,
    'incident.weaker': ({ event, where, better }) => `${event} (${where}) would explain it less well than ${better}`,
  },
  events: {},
}
