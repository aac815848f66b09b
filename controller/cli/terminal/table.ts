/** Columns of text that fit the terminal. Pure. */
import type { Paint, Tone } from './colour.ts'
import { padEnd, padStart, plainLine, textWidth, truncate } from './width.ts'

export interface Column<Row> {
  readonly header: string
  readonly cell: (row: Row) => string
  /** The lowest gives way first: shortened, then left out. Absent: shown whole, always, since people copy it. */
  readonly rank?: number
  /** Shorter than this a column says nothing. Default: the width of its header. */
  readonly least?: number
  /** Only in `-o wide`. */
  readonly wide?: boolean
  readonly right?: boolean
  /** Changes by itself, such as an age: no news to someone who watches. */
  readonly restless?: boolean
  readonly tone?: (row: Row) => Tone | undefined
}

export interface TableOptions {
  /** Columns of the terminal; undefined: as wide as it takes. */
  readonly width?: number | undefined
  readonly wide?: boolean | undefined
  readonly paint: Paint
  readonly indent?: string | undefined
  readonly withoutHeader?: boolean | undefined
  /** More rows follow in a later call: columns are at least as wide as they may become narrow, so that they line up. */
  readonly steady?: boolean | undefined
}

interface Sized<Row> {
  readonly column: Column<Row>
  readonly cells: readonly string[]
  readonly width: number
}

const gap = '  '

const least = <Row>(column: Column<Row>): number => Math.max(column.least ?? 0, textWidth(column.header))

const total = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, 0) + Math.max(0, widths.length - 1) * gap.length

/** Shortens by rank; when even that is not enough, leaves out the lowest rank and tries again. */
const shrink = <Row>(columns: readonly Sized<Row>[], available: number): readonly Sized<Row>[] => {
  const widths = columns.map(({ width }) => width)
  const giving = columns
    .map(({ column }, index) => ({ column, index }))
    .filter(({ column }) => column.rank !== undefined)
    .toSorted((a, b) => (a.column.rank ?? 0) - (b.column.rank ?? 0))
  for (const { column, index } of giving) {
    const over = total(widths) - available
    if (over <= 0) break
    const width = widths[index] ?? 0
    widths[index] = Math.min(width, Math.max(least(column), width - over))
  }
  const lowest = giving[0]
  if (total(widths) > available && lowest !== undefined)
    return shrink(
      columns.filter((_, index) => index !== lowest.index),
      available,
    )
  return columns.map((sized, index) => ({ ...sized, width: widths[index] ?? sized.width }))
}

/** The lines of a table, header first. Without rows there are no lines. */
export const renderTable = <Row>(columns: readonly Column<Row>[], rows: readonly Row[], options: TableOptions): string[] => {
  if (rows.length === 0) return []
  const shown = columns.filter(({ wide }) => !wide || options.wide)
  const sized = shown.map((column) => {
    const cells = rows.map((row) => plainLine(column.cell(row)) || '-')
    return { column, cells, width: Math.max(options.steady ? least(column) : textWidth(column.header), ...cells.map(textWidth)) }
  })
  const indent = options.indent ?? ''
  const available = options.wide || options.width === undefined ? Number.POSITIVE_INFINITY : options.width - indent.length
  const fitted = shrink(sized, available)
  const line = (cellOf: (sized: Sized<Row>) => string, toneOf: (column: Column<Row>) => Tone | undefined): string => {
    const cells = fitted.map((column, index) => {
      const text = truncate(cellOf(column), column.width)
      const last = index === fitted.length - 1
      const padded = column.column.right ? padStart(text, column.width) : last ? text : padEnd(text, column.width)
      return padded.replace(text, () => options.paint(toneOf(column.column), text))
    })
    return indent + cells.join(gap)
  }
  const header = line(
    ({ column }) => column.header,
    () => 'quiet',
  )
  const body = rows.map((row, index) =>
    line(
      ({ cells }) => cells[index] ?? '',
      (column) => column.tone?.(row),
    ),
  )
  return options.withoutHeader ? body : [header, ...body]
}
