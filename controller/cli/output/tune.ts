/** What hosts answered about their tuning, for people. */
import type { TuneAction, TuneAnswer, TuneRow } from '../../../shared/tuning/answer.ts'
import { type Paint, toneOf } from '../terminal/colour.ts'
import { renderTable, type TableOptions } from '../terminal/table.ts'
import { plainLine } from '../terminal/width.ts'
import { isTelling, tuneColumns } from '../view/tune-rows.ts'
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

const stateText = ({ action, state }: TuneAnswer, paint: Paint): string => (action === 'plan' ? '' : `${paint(toneOf(state), state)}: `)

const headline = (host: string, answer: TuneAnswer, paint: Paint): string => {
  const counted = countText(answer.rows, answer.action === 'apply' || answer.action === 'revert')
  const profile = answer.profile === '' ? 'no profile' : `profile ${answer.profile}`
  return `${paint('strong', host)}  ${profile}  ${stateText(answer, paint)}${counted || 'nothing to do'}`
}

const conflictLines = ({ conflicts }: TuneAnswer, paint: Paint): string[] =>
  conflicts.flatMap(({ with: other, keys, message, remedy }) => [
    `  ${paint('bad', 'conflict')} with ${plainLine(other)} over ${keys.join(', ')}: ${plainLine(message)}`,
    `  ${paint('quiet', 'remedy:')} ${plainLine(remedy)}`,
  ])

/** One host: a line that says how it is, then what differs. */
export const tuneLines = (outcome: TuneOutcome, { action, all, table }: TuneShow): string[] => {
  const { paint } = table
  if ('error' in outcome)
    return [
      `${paint('strong', outcome.host)}  ${paint('bad', 'error')}: ${plainLine(outcome.error.message)} ${paint('quiet', `(${outcome.error.code})`)}`,
    ]
  const { answer } = outcome
  const rows = answer.rows.filter((row) => all || isTelling(row))
  const columns = tuneColumns(action === 'apply' || action === 'revert').filter(
    // A column in which nothing is said takes room from those in which something is.
    ({ header, cell }) => header === 'WHY' || rows.some((row) => cell(row) !== ''),
  )
  return [
    headline(outcome.host, answer, paint),
    ...(answer.message === '' ? [] : [`  ${plainLine(answer.message)}`]),
    ...renderTable(columns, rows, { ...table, indent: '  ', wrapped: true }),
    ...conflictLines(answer, paint),
  ]
}
