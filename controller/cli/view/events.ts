import { toneOf } from '../terminal/colour.ts'
import type { Column } from '../terminal/table.ts'
import { ageSince, formatMoment } from '../terminal/time.ts'
import type { FleetEvent } from './fleet.ts'

/** With a moment in place of the age, since a line that stays on the screen would lie about its age. */
export const eventColumns = (nowUnixMs: number | undefined): readonly Column<FleetEvent>[] => [
  nowUnixMs === undefined
    ? { header: 'TIME', cell: ({ atUnixMs }) => formatMoment(atUnixMs), rank: 2, least: 20 }
    : { header: 'AGE', cell: ({ atUnixMs }) => ageSince(atUnixMs, nowUnixMs), right: true, rank: 2 },
  { header: 'LEVEL', cell: ({ level }) => level, tone: ({ level }) => toneOf(level), least: 7 },
  { header: 'REASON', cell: ({ reason }) => reason, rank: 3, least: 16 },
  { header: 'SUBJECT', cell: ({ subject }) => subject },
  { header: 'MESSAGE', cell: ({ message }) => message, rank: 0, least: 16 },
]

/** Whether the event is about the thing of this name: `deployment/ds7b`, `ds7b`, or one of its replicas. */
export const isAbout = ({ subject }: FleetEvent, name: string): boolean => {
  if (name.includes('/')) return subject === name
  const [kind, subjectName = ''] = subject.split('/', 2)
  return subjectName === name || (kind === 'replica' && subjectName.startsWith(`${name}-`))
}
