/** Columns of text that fit the terminal. Pure. */
import type { Paint, Tone } from './colour.ts'
import { plainLine, textWidth, truncate, wrap } from './width.ts'

export interface Column<Row> {
  readonly header: string
  readonly cell: (row: Row) => string
  /** Where not all columns have room, the lowest is left out first. Absent: always there. */
  readonly rank?: number
  /** May be shortened to this width. Absent: shown whole or not at all, as half a figure or half a name is worse than none. */
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
  /** The last column goes on in further lines rather than being shortened. */
  readonly wrapped?: boolean | undefined
}

interface Sized<Row> {
  readonly column: Column<Row>
  readonly cells: readonly string[]
  readonly width: number
}

const gap = '  '

const total = (widths: readonly number[]): number =>
  widths.reduce((sum, width) => sum + width, 0) + Math.max(0, widths.length - 1) * gap.length

const byRank = <Row>(a: Sized<Row>, b: Sized<Row>): number =>
  (a.column.rank ?? Number.POSITIVE_INFINITY) - (b.column.rank ?? Number.POSITIVE_INFINITY)

/** Shortens what may be shortened, the lowest rank first; when even that is not enough, leaves out the lowest rank and tries again. */
const layOut = <Row>(columns: readonly Sized<Row>[], available: number): readonly Sized<Row>[] => {
  const widths = new Map(columns.map((sized) => [sized, sized.width]))
  for (const sized of columns.filter(({ column }) => column.least !== undefined).toSorted(byRank)) {
    const over = total([...widths.values()]) - available
    if (over <= 0) break
    const least = Math.max(sized.column.least ?? 0, textWidth(sized.column.header))
    widths.set(sized, Math.min(sized.width, Math.max(least, sized.width - over)))
  }
  const [lowest] = columns.filter(({ column }) => column.rank !== undefined).toSorted(byRank)
  if (total([...widths.values()]) > available && lowest !== undefined) {
    return layOut(
      columns.filter((sized) => sized !== lowest),
      available,
    )
  }
  return columns.map((sized) => ({ ...sized, width: widths.get(sized) ?? sized.width }))
}

const measure = <Row>(column: Column<Row>, rows: readonly Row[], steady: boolean): Sized<Row> => {
  const cells = rows.map((row) => plainLine(column.cell(row)))
  return { column, cells, width: Math.max(textWidth(column.header), steady ? (column.least ?? 0) : 0, ...cells.map(textWidth)) }
}

/** The lines of a table, header first. Without rows there are no lines. */
export const renderTable = <Row>(columns: readonly Column<Row>[], rows: readonly Row[], options: TableOptions): string[] => {
  if (rows.length === 0) return []
  const { paint, indent = '', width } = options
  const sized = columns.filter(({ wide }) => !wide || options.wide).map((column) => measure(column, rows, options.steady ?? false))
  const shown = layOut(sized, options.wide || width === undefined ? Number.POSITIVE_INFINITY : width - indent.length)
  const last = shown.length - 1
  const lastAt = indent.length + total(shown.slice(0, -1).map((column) => column.width)) + gap.length

  const line = (texts: readonly string[], toneOf: (column: Column<Row>) => Tone | undefined): string[] => {
    const ends = options.wrapped && last > 0 ? wrap(texts[last] ?? '', shown[last]?.width ?? 0) : []
    const cells = shown.map(({ column, width: room }, index) => {
      const whole = index === last ? (ends[0] ?? texts[index] ?? '') : texts[index] || '-'
      const text = truncate(whole, room)
      const space = ' '.repeat(Math.max(0, room - textWidth(text)))
      const painted = paint(toneOf(column), text)
      return column.right ? space + painted : index === last ? painted : painted + space
    })
    return [(indent + cells.join(gap)).trimEnd(), ...ends.slice(1).map((text) => ' '.repeat(lastAt) + text)]
  }
  const header = options.withoutHeader
    ? []
    : line(
        shown.map(({ column }) => column.header),
        () => 'quiet',
      )
  return [
    ...header,
    ...rows.flatMap((row, index) =>
      line(
        shown.map(({ cells }) => cells[index] ?? ''),
        (column) => column.tone?.(row),
      ),
    ),
  ]
}
