import { toneOf } from '../terminal/colour.ts'
import type { Column } from '../terminal/table.ts'
import { ageSince } from '../terminal/time.ts'
import { specText } from '../view/deployments.ts'
import type { RevisionEntry } from '../view/fleet.ts'

export const revisionColumns = (nowUnixMs: number): readonly Column<RevisionEntry>[] => [
  { header: 'REV', cell: ({ revision }) => String(revision), right: true },
  { header: 'STATE', cell: ({ state }) => state, tone: ({ state }) => toneOf(state) },
  { header: 'AGE', cell: ({ createdUnixMs }) => ageSince(createdUnixMs, nowUnixMs), right: true, rank: 3 },
  { header: 'AUTHOR', cell: ({ author }) => author, rank: 2 },
  { header: 'IMAGE', cell: ({ spec }) => specText(spec, 'image'), rank: 1, least: 12 },
  { header: 'MESSAGE', cell: ({ message }) => message, rank: 0, least: 16 },
]
