/** What hosts answered about their tuning, for people. */
import type { TuneAction, TuneAnswer, TuneRow } from '../../../shared/tuning/answer.ts'
import { type Paint, toneOf } from '../terminal/colour.ts'
import { renderTable, type TableOptions } from '../terminal/table.ts'
import { plainLine, wrap } from '../terminal/width.ts'
import { isTelling, tuneColumns, tuneDetails } from '../view/tune-rows.ts'
import type { TuneOutcome } from '../view/tuning.ts'

export interface TuneShow {
  readonly action: TuneAction
  /** Rows where nothing is to be done, too. */
  readonly all: boolean
  readonly table: TableOptions
}

const doneWords: Readonly<Record<TuneRow['step'], string>> = {
  none: '',
  set: 'set',
  persist: 'made to last',
  'set-and-persist': 'set',
  restore: 'restored',
  left: 'left as they are',
  conflict: 'in conflict',
  failed: 'failed',
}
const toDoWords: Readonly<Record<TuneRow['step'], string>> = {
  ...doneWords,
  set: 'to set',
  persist: 'to make last',
  'set-and-persist': 'to set',
  restore: 'to restore',
  failed: 'that cannot be set',
}

const changes = (action: TuneAction): boolean => action === 'apply' || action === 'revert'

/** `3 to set, 1 in conflict, 37 hold`. */
const countText = (rows: readonly TuneRow[], done: boolean): string => {
  const words = done ? doneWords : toDoWords
  const counts = new Map<string, number>()
  const count = (word: string) => counts.set(word, (counts.get(word) ?? 0) + 1)
  for (const row of rows) {
    if (row.step !== 'none') count(words[row.step])
    else if (row.state === 'holds') count('hold')
    else if (row.state === 'differs') count('differ')
    else if (row.state === 'absent') count('not on this machine')
    else if (row.state === 'unreadable') count('unreadable')
    else count('to look at')
  }
  const last = ['hold', 'not on this machine']
  return [...counts]
    .toSorted(([a], [b]) => last.indexOf(a) - last.indexOf(b))
    .map(([word, number]) => `${number} ${word}`)
    .join(', ')
}

/** A host looks for drift now and then; what it was asked now is newer than what it last found by itself. */
const stateOf = ({ action, state, rows }: TuneAnswer): TuneAnswer['state'] =>
  action === 'status' && state === 'applied' && rows.some(({ step }) => step !== 'none') ? 'drifted' : state

const stateText = (answer: TuneAnswer, paint: Paint): string => {
  const state = stateOf(answer)
  // Without a profile there is no state to be in.
  return answer.action === 'plan' || state === 'none' ? '' : `${paint(toneOf(state), state)}: `
}

const headline = (host: string, answer: TuneAnswer, paint: Paint): string => {
  const counted = countText(answer.rows, changes(answer.action))
  const profile = answer.profile === '' ? 'no profile' : `profile ${answer.profile}`
  return `${paint('strong', host)}  ${profile}  ${stateText(answer, paint)}${counted || (answer.action === 'status' ? '' : 'nothing to do')}`.trimEnd()
}

/** Text below a host's line, in as many lines as it needs. */
const folded = (text: string, indent: string, { wide, width }: TableOptions): string[] =>
  wrap(plainLine(text), wide || width === undefined ? Number.POSITIVE_INFINITY : Math.max(20, width - indent.length - 2)).map(
    (line, index) => `${indent}${index === 0 ? '' : '  '}${line}`,
  )

const conflictLines = ({ conflicts }: TuneAnswer, table: TableOptions): string[] =>
  conflicts.flatMap(({ with: other, keys, message, remedy }) => [
    ...folded(`conflict with ${other} over ${keys.join(', ')}: ${message}`, '  ', table).map((line) =>
      line.replace(/^ {2}conflict/, `  ${table.paint('bad', 'conflict')}`),
    ),
    ...folded(`remedy: ${remedy}`, '  ', table),
  ])

/** A table with what is too long for it below each row. */
const rowLines = (rows: readonly TuneRow[], action: TuneAction, table: TableOptions): string[] => {
  const { paint, wide = false } = table
  const [header, ...lines] = renderTable(tuneColumns(rows, changes(action)), rows, { ...table, indent: '  ' })
  if (header === undefined) return []
  const details = (row: TuneRow) =>
    tuneDetails(row, action, wide).flatMap(([label, text]) =>
      folded(label === '' ? text : `${label}: ${text}`, '    ', table).map((line) => paint('quiet', line)),
    )
  return [header, ...rows.flatMap((row, index) => [lines[index] ?? '', ...details(row)])]
}

/** One host: a line that says how it is, then what differs. */
export const tuneLines = (outcome: TuneOutcome, { action, all, table }: TuneShow): string[] => {
  const { paint } = table
  if ('error' in outcome)
    return [
      `${paint('strong', outcome.host)}  ${paint('bad', 'error')}: ${plainLine(outcome.error.message)} ${paint('quiet', `(${outcome.error.code})`)}`,
    ]
  const { answer } = outcome
  const rows = answer.rows.filter((row) => all || isTelling(row))
  return [
    headline(outcome.host, answer, paint),
    ...folded(answer.message, '  ', table),
    ...rowLines(rows, action, table),
    ...conflictLines(answer, table),
  ]
}
