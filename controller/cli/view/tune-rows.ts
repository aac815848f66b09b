/** Rows of a tuning answer as a table. Pure. */
import type { TuneAction, TuneRow } from '../../../shared/tuning/answer.ts'
import type { Tone } from '../terminal/colour.ts'
import type { Column } from '../terminal/table.ts'

/** sysctls are known by their names; everything else needs its kind. */
const settingName = ({ kind, key }: TuneRow): string => (kind === 'sysctl' ? key : `${kind} ${key}`)

const wantedText = ({ comparison, wanted }: TuneRow): string =>
  comparison === 'at-least' ? `>= ${wanted}` : comparison === 'advise' ? `${wanted} (advice)` : wanted

const steps: Readonly<Record<TuneRow['step'], string>> = {
  none: '',
  set: 'set',
  persist: 'persist',
  'set-and-persist': 'set, persist',
  restore: 'restore',
  left: 'left',
  conflict: 'conflict',
  failed: 'failed',
}

const stepTones: Readonly<Record<TuneRow['step'], Tone | undefined>> = {
  none: undefined,
  set: 'busy',
  persist: 'busy',
  'set-and-persist': 'busy',
  restore: 'busy',
  left: 'quiet',
  conflict: 'bad',
  failed: 'bad',
}

const columns = (done: boolean): readonly Column<TuneRow>[] => [
  { header: 'SETTING', cell: settingName },
  { header: 'LIVE', cell: ({ live }) => live ?? 'unreadable', tone: ({ live }) => (live === null ? 'bad' : undefined), least: 6, rank: 3 },
  { header: 'WANTED', cell: wantedText, least: 8, rank: 2 },
  { header: done ? 'DONE' : 'TO-DO', cell: ({ step }) => steps[step], tone: ({ step }) => stepTones[step], rank: 4 },
  { header: 'BEFORE', cell: ({ before }) => before ?? '', rank: 0 },
  { header: 'USED', cell: ({ used }) => used, rank: 1 },
]

/** The columns that fit a line; a column in which nothing is said takes room from those in which something is. */
export const tuneColumns = (rows: readonly TuneRow[], done: boolean): readonly Column<TuneRow>[] =>
  columns(done).filter(({ cell }) => rows.some((row) => cell(row) !== ''))

/** `1024 at /etc/sysctl.d/99-local.conf:3 (wins)`, the one that wins first. */
const persistedText = ({ persisted }: TuneRow): string =>
  persisted
    .toSorted((a, b) => Number(b.wins) - Number(a.wins))
    .map(
      ({ file, line, value, wins }) => `${value} at ${file}${line > 0 ? `:${line}` : ''}${wins && persisted.length > 1 ? ' (wins)' : ''}`,
    )
    .join(', ')

/** Only containers with a value of their own: all others have the host's. */
const containersText = ({ containers }: TuneRow): string => {
  const byValue = Map.groupBy(
    containers.filter(({ own }) => own),
    ({ value }) => value ?? 'unknown',
  )
  return [...byValue].map(([value, those]) => `${value} in ${those.map(({ replicaId }) => replicaId).join(' ')}`).join(', ')
}

/**
 * What is too long for a column, labelled. What helps to decide belongs to a plan, where a value comes from to a comparison; of what was done only
 * what went otherwise is worth a line.
 */
export const tuneDetails = (row: TuneRow, action: TuneAction, wide: boolean): readonly (readonly [label: string, text: string])[] => {
  const compares = wide || action === 'plan' || action === 'status'
  const all: readonly (readonly [string, string])[] = [
    ['', row.message],
    ['persisted', compares ? persistedText(row) : ''],
    ['containers', containersText(row)],
    ['', compares ? row.usedBy : ''],
    ['why', wide || action === 'plan' ? row.reason : ''],
    ['source', wide ? row.source : ''],
  ]
  return all.filter(([, text]) => text !== '')
}

/** Whether the row is worth a line without --all. */
export const isTelling = ({ state, step }: TuneRow): boolean => step !== 'none' || (state !== 'holds' && state !== 'absent')
