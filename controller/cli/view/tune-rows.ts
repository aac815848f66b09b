/** Rows of a tuning answer as a table. Pure. */
import type { TuneRow } from '../../../shared/tuning/answer.ts'
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

/** `128 at /etc/sysctl.conf:12 wins`, the one that wins first. */
const persistedText = ({ persisted }: TuneRow): string =>
  persisted
    .toSorted((a, b) => Number(b.wins) - Number(a.wins))
    .map(({ file, line, value, wins }) => `${value} at ${file}${line > 0 ? `:${line}` : ''}${wins && persisted.length > 1 ? ' wins' : ''}`)
    .join(', ')

/** Only containers with a value of their own: all others have the host's. */
const containersText = ({ containers }: TuneRow): string => {
  const byValue = Map.groupBy(
    containers.filter(({ own }) => own),
    ({ value }) => value ?? 'unknown',
  )
  return [...byValue].map(([value, those]) => `${value} in ${those.map(({ replicaId }) => replicaId).join(' ')}`).join(', ')
}

/** What is special about the row, or else why it is wanted. */
const whyText = ({ message, reason }: TuneRow): string => message || reason

export const tuneColumns = (done: boolean): readonly Column<TuneRow>[] => [
  { header: 'SETTING', cell: settingName },
  { header: 'LIVE', cell: ({ live }) => live ?? 'unreadable', tone: ({ live }) => (live === null ? 'bad' : undefined), least: 6, rank: 9 },
  { header: 'WANTED', cell: wantedText, least: 8, rank: 8 },
  { header: done ? 'DONE' : 'TO-DO', cell: ({ step }) => steps[step], tone: ({ step }) => stepTones[step] },
  { header: 'PERSISTED', cell: persistedText, rank: 6, least: 14 },
  { header: 'CONTAINERS', cell: containersText, rank: 5, least: 12 },
  { header: 'USED', cell: ({ used }) => used, rank: 3 },
  { header: 'USED-BY', cell: ({ usedBy }) => usedBy, wide: true },
  { header: 'BEFORE', cell: ({ before }) => before ?? '', wide: true },
  { header: 'SOURCE', cell: ({ source }) => source, wide: true },
  { header: 'WHY', cell: whyText, rank: 7, least: 24 },
]

/** Whether the row is worth a line without --all. */
export const isTelling = ({ state, step }: TuneRow): boolean => step !== 'none' || (state !== 'holds' && state !== 'absent')
