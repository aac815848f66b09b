import { failed, failureIn, failureOf, type Parsed, parsed } from './failure.ts'

/** One column of nvidia-smi's CSV: the field's name and the unit that the header gives for it. */
export interface Column {
  readonly name: string
  readonly unit?: string
}

export interface Table {
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly string[])[]
}

/** `memory.total [MiB]` as a column. */
export const column = (header: string): Column => {
  const match = /^(.*?)\s*\[([^\]]+)\]$/.exec(header.trim())
  return match ? { name: match[1] ?? '', unit: match[2] ?? '' } : { name: header.trim() }
}

/**
 * Reads nvidia-smi's CSV, which quotes nothing. With a header (`format=csv[,nounits]`) leave `names` out; for `noheader` give
 * the fields in the order they were queried. Cells too many belong to the column `free`, whose text may hold commas.
 */
export const readTable = (output: string, names: readonly string[] | undefined, free: ReadonlySet<string>): Parsed<Table> => {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const header = names ?? lines.shift()?.split(', ')
  const said = failureIn(output)
  if (said && !lines.some((line) => line.includes(', ') && !failureIn(line))) return { ok: false, failure: said }
  if (!header || header.some((name) => name.length > 100) || header.some((name) => !/^[A-Za-z][\w.]*(?: \[[^\]]+\])?$/.test(name.trim())))
    return failureOf(output)
  const columns = header.map(column)
  const freeAt = columns.findIndex(({ name }) => free.has(name))
  const rows: string[][] = []
  for (const line of lines) {
    if (failureIn(line) && !line.includes(', ')) continue
    const cells = line.split(', ')
    const surplus = cells.length - columns.length
    if (surplus > 0 && freeAt >= 0) cells.splice(freeAt, surplus + 1, cells.slice(freeAt, freeAt + surplus + 1).join(', '))
    // nvidia-smi writes "a, , b" for an empty value, and a trailing one loses its space to trimming.
    if (cells.length === columns.length - 1 && line.endsWith(',')) cells.push('')
    if (cells.length !== columns.length) {
      return failed('unreadable', `expected ${columns.length} columns, saw ${cells.length} in: ${line}`)
    }
    rows.push(cells.map((cell) => cell.trim()))
  }
  return parsed({ columns, rows })
}
