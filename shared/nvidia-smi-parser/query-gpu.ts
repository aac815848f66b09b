import { type Column, readTable } from './csv.ts'
import { type Parsed, parsed } from './failure.ts'
import type { Gpu } from './gpu.ts'
import { present } from './present.ts'
import { pathOf } from './query-fields.ts'
import { readGpu } from './read-gpu.ts'
import { count, words } from './values.ts'
import type { Element } from './xml.ts'

/** One row of `nvidia-smi --query-gpu`. */
export interface QueriedGpu {
  /** Holds what was asked for and could be read. `index` is the queried one, else the row's position. */
  readonly gpu: Gpu
  readonly driverVersion?: string
  readonly timestamp?: string
  /** Fields that this package does not know, as text; absent where the driver had no value. */
  readonly other: Readonly<Record<string, string>>
}

const besides: ReadonlySet<string> = new Set(['index', 'driver_version', 'timestamp'])
const noFreeText: ReadonlySet<string> = new Set(['name', 'gpu_name'])

/**
 * Reads `nvidia-smi --query-gpu=FIELDS --format=csv[,nounits]`; for `noheader` give the fields that were asked for, in order.
 * Never throws. A bare number is in the unit of the header, else in nvidia-smi's usual one (MiB, W, C, %, MHz).
 */
export const parseQueryGpu = (output: string, fields?: readonly string[]): Parsed<readonly QueriedGpu[]> => {
  const table = readTable(output, fields, noFreeText)
  if (!table.ok) return table
  const { columns, rows } = table.value
  return parsed(rows.map((cells, position) => readRow(columns, cells, position)))
}

const readRow = (columns: readonly Column[], cells: readonly string[], position: number): QueriedGpu => {
  const root: Element = { name: 'gpu', id: undefined, text: '', children: [] }
  const other: [string, string][] = []
  const aside = new Map<string, string>()
  columns.forEach(({ name, unit }, index) => {
    const cell = cells[index] ?? ''
    if (besides.has(name)) {
      aside.set(name, cell)
      return
    }
    const path = pathOf(name)
    if (path !== undefined) put(root, path.split('/'), withUnit(cell, unit))
    else if (words(cell) !== undefined) other.push([name, cell])
  })
  return present<QueriedGpu>({
    gpu: readGpu(root, count(aside.get('index')) ?? position),
    driverVersion: words(aside.get('driver_version')),
    timestamp: words(aside.get('timestamp')),
    other: Object.fromEntries(other),
  })
}

const withUnit = (cell: string, unit: string | undefined): string =>
  unit !== undefined && /^-?[\d.]+$/.test(cell) ? `${cell} ${unit}` : cell

const put = (parent: Element, path: readonly string[], text: string): void => {
  const [name, ...rest] = path
  if (name === undefined) {
    parent.text = text
    return
  }
  let next = parent.children.find((element) => element.name === name)
  if (!next) {
    next = { name, id: undefined, text: '', children: [] }
    parent.children.push(next)
  }
  put(next, rest, text)
}
