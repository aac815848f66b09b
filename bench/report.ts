import type { BenchResult, Figures, Table } from './bench.ts'

/** Figures are rounded to four digits: more would claim a precision that no run here has. */
const rounded = (value: number): number => Number(value.toPrecision(4))

/** One line of JSON. Throws when a figure is not a number: that is a bench that measured nothing. */
export const jsonLine = (figures: Figures): string => {
  for (const [name, value] of Object.entries(figures)) if (!Number.isFinite(value)) throw new Error(`the figure ${name} is ${value}`)
  return JSON.stringify(Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, rounded(value)])))
}

const tableText = ({ columns, rows }: Table): string => {
  const widths = columns.map((column, at) => Math.max(column.length, ...rows.map((row) => (row[at] ?? '').length)))
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('   ')
  return [line(columns), widths.map((width) => '-'.repeat(width)).join('   '), ...rows.map(line)].map((text) => `  ${text}\n`).join('')
}

/** What people read: the machine, tables, figures, notes, and how to get them again. */
export const reportText = (result: BenchResult, about: { readonly machine: string; readonly command: string }): string => {
  const width = Math.max(...Object.keys(result.figures).map((name) => name.length))
  const figures = Object.entries(result.figures).map(([name, value]) => `  ${name.padEnd(width)}   ${rounded(value)}\n`)
  return [
    `${result.title}\n${about.machine}\n`,
    ...result.tables.map(tableText),
    figures.join(''),
    result.notes.map((note) => `  - ${note}\n`).join(''),
    `again: ${about.command}\n`,
  ]
    .filter((part) => part !== '')
    .join('\n')
}
