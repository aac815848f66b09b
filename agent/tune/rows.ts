/** What a host answers about each setting. Pure. */
import type { TuneConflict, TuneRow } from '../../shared/tuning/answer.ts'
import { type Held, type LiveChange, targetId } from './change.ts'
import type { LiveReading } from './observed.ts'
import type { PlannedRow, Released } from './plan.ts'
import type { Refusal } from './transact.ts'

/** One value, or each value with how many devices have it. null: none could be read. */
const liveText = (live: readonly LiveReading[]): string | null => {
  const counts = new Map<string, number>()
  for (const { reading } of live) if (reading.state === 'value') counts.set(reading.value, (counts.get(reading.value) ?? 0) + 1)
  if (counts.size === 0) return null
  const [only] = counts.keys()
  return counts.size === 1 && only !== undefined
    ? only
    : [...counts].map(([value, count]) => `${value} (${count} of ${live.length})`).join(', ')
}

const beforeText = (kind: string, key: string, held: readonly Held[]): string | null => {
  const values = new Set(held.filter((one) => one.kind === kind && one.key === key).map(({ before }) => before))
  return values.size === 0 ? null : [...values].join(', ')
}

/** A row as it is answered. `step` and `message` may come from what was done before it was looked at again. */
export const tuneRowOf = (planned: PlannedRow, held: readonly Held[], done: Partial<Pick<TuneRow, 'step' | 'message'>> = {}): TuneRow => {
  const { setting, live, persisted, containers, used, usedBy } = planned.observed
  return {
    kind: setting.kind,
    key: setting.key,
    comparison: setting.comparison,
    wanted: setting.value,
    live: liveText(live),
    persisted: persisted.map(({ file, line, value, wins }) => ({ file, line, value, wins })),
    containers,
    used,
    usedBy,
    state: planned.state,
    step: planned.step,
    before: beforeText(setting.kind, setting.key, held),
    message: planned.message,
    reason: setting.reason,
    source: setting.source,
    ...done,
  }
}

/** The second look after something was done: what was done stands as the step, what was refused as a failure. */
export const rowsAfter = (
  first: readonly PlannedRow[],
  second: readonly PlannedRow[],
  held: readonly Held[],
  refusals: readonly Refusal[],
): readonly TuneRow[] =>
  second.map((planned, index) => {
    const { kind, key } = planned.observed.setting
    const refusal = refusals.find(({ change }) => change.kind === kind && change.key === key)
    if (refusal) return tuneRowOf(planned, held, { step: 'failed', message: refusal.message })
    return tuneRowOf(planned, held, { step: first[index]?.step ?? planned.step })
  })

export const conflictsOf = (rows: readonly PlannedRow[]): readonly TuneConflict[] => {
  const found = new Map<string, TuneConflict>()
  for (const { conflict, observed } of rows) {
    if (!conflict) continue
    const known = found.get(conflict.with)
    found.set(conflict.with, {
      with: conflict.with,
      keys: [...(known?.keys ?? []), observed.setting.key],
      message: known?.message ?? conflict.message,
      remedy: known?.remedy ?? conflict.remedy,
    })
  }
  return [...found.values()]
}

/** Keys that do not hold. A limit that waits for the engine's next start, advice, and what this machine does not have are none of them. */
export const differingKeys = (rows: readonly PlannedRow[]): readonly string[] =>
  rows
    .filter(({ state, step, observed }) => {
      if (state === 'absent' || observed.setting.comparison === 'advise') return false
      if (observed.setting.kind === 'engine-limit') return step === 'failed' || step === 'conflict' || step === 'persist'
      return state !== 'holds' || step === 'conflict' || step === 'persist'
    })
    .map(({ observed }) => observed.setting.key)

/** What was given back, what was left because someone else changed it since, and what the host refused. */
export const revertRows = (
  released: readonly Released[],
  changes: readonly LiveChange[],
  refusals: readonly Refusal[],
): readonly TuneRow[] =>
  released.map(({ held, reading }) => {
    const restored = changes.some((change) => targetId(change) === targetId(held))
    const refusal = refusals.find(({ change }) => targetId(change) === targetId(held))
    const live = restored && !refusal ? held.before : reading.state === 'value' ? reading.value : null
    return {
      kind: held.kind,
      key: held.device === '' ? held.key : `${held.key} ${held.device}`,
      comparison: 'exact',
      wanted: held.before,
      live,
      persisted: [],
      containers: [],
      used: 'unknown',
      usedBy: '',
      state: reading.state === 'absent' ? 'absent' : live === held.before ? 'holds' : 'differs',
      step: refusal ? 'failed' : restored ? 'restore' : live === held.before ? 'none' : 'left',
      before: held.before,
      message: refusal?.message ?? (restored ? '' : leftMessage(held, live)),
      reason: '',
      source: '',
    }
  })

const leftMessage = ({ before, ours }: Held, live: string | null): string => {
  if (live === null) return 'it is gone or cannot be read, so there is nothing to give back'
  if (live === before) return 'it already has the value from before'
  return `someone changed it to "${live}" since Hostler set it to "${ours}"; it is left alone (before Hostler it was "${before}")`
}
