import type { IncidentCauses, IncidentEvents, IncidentFindings, incidentChecks } from '../../catalogue/incident.ts'
import type { RoomWords } from '../../catalogue/room.ts'

const seconds = (ms: number): string => `${ms < 10_000 ? Number((ms / 1000).toFixed(1)) : Math.round(ms / 1000)} 秒`

export const incident: RoomWords<(typeof incidentChecks)[number], IncidentFindings, IncidentCauses, IncidentEvents> = {
  checks: {},
  findings: {},
  causes: {
    'incident.came-later': ({ event, where, afterMs }) => `${event}（${where}）发生在其后 ${seconds(afterMs)}，因此不是起因`,
    'incident.too-long-before': ({ event, where, beforeMs, mostMs }) =>
      `${event}（${where}）发生在其前 ${seconds(beforeMs)}；若由它引起，应在 ${seconds(mostMs)}内显现`,
    'incident.elsewhere': ({ event, where }) => `${event}（${where}）涉及的对象与此无关`,
    'incident.weaker': ({ event, where, better }) => `${event}（${where}）也能解释，但不如 ${better} 有说服力`,
  },
  events: {},
}
