import { toneOf } from '../terminal/colour.ts'
import type { Column } from '../terminal/table.ts'
import { ageSince } from '../terminal/time.ts'
import { specText } from '../view/deployments.ts'
import type { RevisionEntry } from '../view/fleet.ts'

export const revisionColumns = (nowUnixMs: number): readonly Column<RevisionEntry>[] => [
  { header: 'REV', cell: ({ revision }) => String(revision), right: true },
  { header: 'STATE', cell: ({ state }) => state, tone: ({ state }) => toneOf(state) },
  { header: 'AGE', rank: 2, cell: ({ createdUnixMs }) => ageSince(createdUnixMs, nowUnixMs), right: true },
  { header: 'AUTHOR', rank: 1, cell: ({ author }) => author },
  { header: 'IMAGE', rank: 0, least: 12, cell: ({ spec }) => specText(spec, 'image') },
  { header: 'MESSAGE', rank: 3, least: 16, cell: ({ message }) => message },
]
