import type { FieldChange } from '../../domain/spec/diff.ts'
import { plainLine } from '../terminal/width.ts'

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

const lineOf = (change: FieldChange): string => {
  if (!('from' in change)) return `+ ${change.path}: ${shown(change.to)}`
  if (!('to' in change)) return `- ${change.path}: ${shown(change.from)}`
  return `~ ${change.path}: ${shown(change.from)} -> ${shown(change.to)}`
}

/** `~` changed, `+` added, `-` removed. */
export const fieldChangeLine = (change: FieldChange): string => plainLine(lineOf(change))
