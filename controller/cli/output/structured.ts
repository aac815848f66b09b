import { stringify } from 'yaml'
import type { CommandContext } from '../context.ts'

/** A value as `-o json` or `-o yaml` shows it. */
export const structured = (value: unknown, format: 'json' | 'yaml'): string =>
  format === 'json' ? JSON.stringify(value, null, 2) : stringify(value, { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd()

/** Prints the value as data, or else what `text` makes of it for people. */
export const printResult = (context: CommandContext, value: unknown, text: () => readonly string[]): void => {
  const { output } = context
  if (output === 'json' || output === 'yaml') context.print(structured(value, output))
  else context.print(...text())
}
