/** The parts that descriptions are made of. Pure. */
import type { Paint, Tone } from '../terminal/colour.ts'
import { renderTable, type TableOptions } from '../terminal/table.ts'
import { padEnd, plainLine, textWidth } from '../terminal/width.ts'
import { eventColumns } from '../view/events.ts'
import type { Fleet, FleetEvent } from '../view/fleet.ts'

/** What a description may draw on. */
export interface Material {
  readonly fleet: Fleet
  /** About the thing described, oldest first. */
  readonly events: readonly FleetEvent[]
  readonly table: TableOptions
}

/** The tone is that of the first word of the value. */
export type Field = readonly [label: string, value: string, tone?: Tone | undefined]

/** `Label:  value` lines, values lined up; empty values are left out. */
export const fieldLines = (fields: readonly Field[], paint: Paint): string[] => {
  const shown = fields.filter(([, value]) => value !== '')
  const width = Math.max(0, ...shown.map(([label]) => textWidth(label))) + 1
  const toned = (value: string, tone: Tone | undefined) => value.replace(/^\S+/, (word) => paint(tone, word))
  return shown.map(([label, value, tone]) => `${paint('quiet', padEnd(`${label}:`, width))}  ${toned(plainLine(value), tone)}`)
}

/** A titled block, or nothing when it is empty. */
export const section = (title: string, lines: readonly string[], paint: Paint): string[] =>
  lines.length === 0 ? [] : ['', paint('strong', `${title}:`), ...lines]

export const eventSection = ({ events, fleet, table }: Material): string[] =>
  section('Events', renderTable(eventColumns(fleet.nowUnixMs), events.slice(-15), { ...table, indent: '  ', wrapped: true }), table.paint)

/** Text of an engine as it came, indented, without what would steer the terminal. */
export const logSection = (lines: readonly string[], paint: Paint): string[] =>
  section(
    'Last log lines',
    lines.map((line) => `  ${plainLine(line)}`),
    paint,
  )
