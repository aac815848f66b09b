import { readTable } from './csv.ts'
import { type Parsed, parsed } from './failure.ts'
import { pciBusId } from './pci.ts'
import { present } from './present.ts'
import { count, quantity, words } from './values.ts'

/** A process with a compute context on a GPU. */
export interface ComputeApp {
  readonly pid: number
  readonly gpuUuid?: string
  readonly gpuPciBusId?: string
  readonly name?: string
  readonly usedMiB?: number
}

const freeText: ReadonlySet<string> = new Set(['process_name', 'name'])

/**
 * Reads `nvidia-smi --query-compute-apps=FIELDS --format=csv[,nounits]`; for `noheader` give the fields that were asked for, in
 * order: then no text at all means no process. Rows without a pid are left out. Never throws.
 */
export const parseComputeApps = (output: string, fields?: readonly string[]): Parsed<readonly ComputeApp[]> => {
  if (fields && output.trim() === '') return parsed([])
  const table = readTable(output, fields, freeText)
  if (!table.ok) return table
  const { columns, rows } = table.value
  const cellOf = (cells: readonly string[], ...names: readonly string[]) => cells[columns.findIndex(({ name }) => names.includes(name))]
  return parsed(
    rows.flatMap((cells) => {
      const pid = count(cellOf(cells, 'pid'))
      if (pid === undefined) return []
      const memoryAt = columns.findIndex(({ name }) => name === 'used_gpu_memory' || name === 'used_memory')
      const memory = cells[memoryAt]
      const unit = columns[memoryAt]?.unit
      return present<ComputeApp>({
        pid,
        gpuUuid: words(cellOf(cells, 'gpu_uuid')),
        gpuPciBusId: pciBusId(cellOf(cells, 'gpu_bus_id')),
        name: words(cellOf(cells, 'process_name', 'name')),
        usedMiB: quantity(memory !== undefined && /^\d+$/.test(memory) && unit !== undefined ? `${memory} ${unit}` : memory, 'memoryMiB'),
      })
    }),
  )
}
