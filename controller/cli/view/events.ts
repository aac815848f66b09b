import { toneOf } from '../terminal/colour.ts'
import type { Column } from '../terminal/table.ts'
import { ageSince, formatMoment } from '../terminal/time.ts'
import type { FleetEvent } from './fleet.ts'

/** With a moment in place of the age, since a line that stays on the screen would lie about its age. */
export const eventColumns = (nowUnixMs: number | undefined): readonly Column<FleetEvent>[] => [
  nowUnixMs === undefined
    ? { header: 'TIME', rank: 2, cell: ({ atUnixMs }) => formatMoment(atUnixMs) }
    : { header: 'AGE', rank: 2, cell: ({ atUnixMs }) => ageSince(atUnixMs, nowUnixMs), right: true },
  { header: 'LEVEL', cell: ({ level }) => level, tone: ({ level }) => toneOf(level) },
  { header: 'REASON', rank: 1, least: 16, cell: ({ reason }) => reason },
  { header: 'SUBJECT', cell: ({ subject }) => subject },
  { header: 'MESSAGE', rank: 3, least: 20, cell: ({ message }) => message },
]

/** Whether the event is about the thing of this name: `deployment/ds7b`, `ds7b`, or one of its replicas. */
export const isAbout = ({ subject }: FleetEvent, name: string): boolean => {
  if (name.includes('/')) return subject === name
  const [kind, subjectName = ''] = subject.split('/', 2)
  return subjectName === name || (kind === 'replica' && subjectName.startsWith(`${name}-`))
}
