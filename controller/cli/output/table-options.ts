import type { CommandContext } from '../context.ts'
import type { TableOptions } from '../terminal/table.ts'

/** How tables go to stdout. */
export const tableOptions = ({ io, output, paint }: CommandContext): TableOptions => ({
  width: io.columns(),
  wide: output === 'wide',
  paint: paint.stdout,
})
