import type { TuneRow } from '../../shared/tuning/answer.ts'
import type { Setting, SettingKind } from '../../shared/tuning/profile.ts'
import { meets, normalValue, sameValue, valueToSet } from '../../shared/tuning/value.ts'
import { type Held, type LiveChange, type LiveKind, type LiveTarget, liveKinds, targetId } from './change.ts'
import type { Reading } from './live/live.ts'
import type { LiveReading, Observed, Owner } from './observed.ts'

/** What would be done about one setting. */
export interface PlannedRow {
  readonly observed: Observed
  readonly state: TuneRow['state']
  readonly step: TuneRow['step']
  readonly changes: readonly LiveChange[]
  /** What our files are to say; undefined: nothing. */
  readonly persist: string | undefined
  readonly conflict: Owner | undefined
  readonly message: string
}

/** A value that Hostler once set and that the profile no longer names. */
export interface Released {
  readonly held: Held
  readonly reading: Reading
}

export interface TunePlan {
  readonly rows: readonly PlannedRow[]
  /** In the order in which they are made. */
  readonly live: readonly LiveChange[]
  /** What is held when all of them succeed. */
  readonly heldAfter: readonly Held[]
}

export interface PlanInput {
  readonly observed: readonly Observed[]
  readonly held: readonly Held[]
  readonly released: readonly Released[]
  /** What the host would not take when it was last asked, by targetId: it is not asked again. */
  readonly refused: ReadonlyMap<string, string>
}

/** What has to be done so that a host is as the profile says. Pure. */
export const planTuning = ({ observed, held, released, refused }: PlanInput): TunePlan => {
  const before = new Map(held.map((one) => [targetId(one), one]))
  const rows = observed.map((one) => withoutRefused(planners[one.setting.kind](one), refused))
  const restored = released.flatMap(({ held: { before: to, ours, ...target }, reading }): readonly LiveChange[] =>
    reading.state === 'value' && sameValue(target.key, reading.value, ours) ? [{ ...target, from: reading.value, to }] : [],
  )
  const live = [...restored, ...rows.flatMap(({ changes }) => changes)]
  const after = new Map(before)
  for (const { held: gone } of released) after.delete(targetId(gone))
  for (const change of rows.flatMap(({ changes }) => changes)) after.set(targetId(change), heldBy(change, before.get(targetId(change))))
  return { rows, live, heldAfter: [...after.values()] }
}

/** A value that someone else set over ours is what they want back one day; ours is not. */
const heldBy = ({ kind, key, device, from, to }: LiveChange, earlier: Held | undefined): Held => ({
  kind,
  key,
  device,
  before: earlier && sameValue(key, earlier.ours, from) ? earlier.before : from,
  ours: to,
})

const withoutRefused = (planned: PlannedRow, refused: ReadonlyMap<string, string>): PlannedRow => {
  const messages = planned.changes.flatMap((change) => refused.get(targetId(change)) ?? [])
  const [message] = messages
  if (message === undefined) return planned
  const changes = planned.changes.filter((change) => !refused.has(targetId(change)))
  return { ...planned, step: 'failed', message, changes, persist: changes.length === 0 ? undefined : planned.persist }
}

type Planner = (observed: Observed) => PlannedRow

const isLive = (kind: SettingKind): kind is LiveKind => (liveKinds as readonly SettingKind[]).includes(kind)

/** `max`, and what is more than a card can do, is what it can do. */
const wantedOf = (setting: Setting, reading: Reading): Setting => {
  const limit = reading.state === 'value' ? reading.limit : undefined
  if (limit === undefined) return setting
  return setting.value === 'max' || Number(setting.value) > Number(limit) ? { ...setting, value: limit } : setting
}

const holds = (setting: Setting, { reading }: LiveReading): boolean =>
  reading.state === 'value' && meets(wantedOf(setting, reading), reading.value)

const row = (observed: Observed, state: TuneRow['state'], more: Partial<PlannedRow> = {}): PlannedRow => ({
  observed,
  state,
  step: 'none',
  changes: [],
  persist: undefined,
  conflict: undefined,
  message: observed.note,
  ...more,
})

const whyOf = (readings: readonly LiveReading[], state: Reading['state']): string =>
  readings.flatMap(({ reading }) => (reading.state === state && 'why' in reading ? [reading.why] : []))[0] ?? ''

/** States in which nothing can be done, and advice. */
const settled = (observed: Observed): PlannedRow | undefined => {
  const { setting, live } = observed
  if (live.length === 0 || live.every(({ reading }) => reading.state === 'absent'))
    return row(observed, 'absent', { message: observed.note || whyOf(live, 'absent') || 'this host has no such thing' })
  const allHold = live.every((one) => one.reading.state === 'absent' || holds(setting, one))
  if (setting.comparison === 'advise') {
    const unreadable = whyOf(live, 'unreadable')
    if (unreadable !== '') return row(observed, 'unreadable', { message: unreadable })
    return row(observed, allHold ? 'holds' : 'advice', { message: observed.note || (allHold ? '' : setting.reason) })
  }
  if (live.some(({ reading }) => reading.state === 'unreadable'))
    return row(observed, 'unreadable', { step: 'failed', message: whyOf(live, 'unreadable') })
  const owner = observed.owners.find(({ value }) => value === undefined || !meets(setting, value))
  if (owner) return row(observed, allHold ? 'holds' : 'differs', { step: 'conflict', conflict: owner, message: owner.message })
  if (observed.obstacle !== '')
    return row(observed, allHold ? 'holds' : 'differs', { step: allHold ? 'none' : 'failed', message: observed.obstacle })
  return undefined
}

const planLive = (observed: Observed, persist: string | undefined, missing: boolean): PlannedRow => {
  const { setting, live } = observed
  const { kind, key } = setting
  if (!isLive(kind)) return row(observed, 'unreadable')
  const changes = live.flatMap((one): readonly LiveChange[] => {
    if (one.reading.state !== 'value' || holds(setting, one)) return []
    const target: LiveTarget = { kind, key, device: one.device }
    const change: LiveChange = { ...target, from: one.reading.value, to: valueToSet(wantedOf(setting, one.reading), one.reading.value) }
    const { displaces } = observed
    return displaces ? [change, { ...target, key: displaces.key, from: displaces.value, to: '0', implied: true }] : [change]
  })
  if (changes.length > 0) return row(observed, 'differs', { step: missing ? 'set-and-persist' : 'set', changes, persist })
  return row(observed, 'holds', { step: missing ? 'persist' : 'none', persist })
}

/**
 * A floor is only written down when something would fall below it at boot: the kernel's own default may be far higher, and a line of
 * ours would lower it. An exact value always is.
 */
const persistedSysctl = ({ setting, live, persisted }: Observed): string | undefined => {
  const reading = live[0]?.reading
  const found = reading?.state === 'value' ? reading.value : undefined
  if (setting.comparison === 'exact') return normalValue(setting.value)
  const ours = persisted.find((one) => one.ours)
  if (ours && meets(setting, ours.value)) return ours.value
  const others = persisted.filter((one) => !one.ours)
  const other = others.find(({ wins }) => wins) ?? others.at(-1)
  const low = found === undefined || !meets(setting, found) || (other !== undefined && !meets(setting, other.value))
  if (!low && !ours) return undefined
  return valueToSet(setting, found === undefined ? undefined : valueToSet({ ...setting, value: other?.value ?? found }, found))
}

const planSysctl: Planner = (observed) => {
  const done = settled(observed)
  if (done) return done
  const persist = persistedSysctl(observed)
  const ours = observed.persisted.find((one) => one.ours)
  const missing = persist !== undefined && !(ours && sameValue(observed.setting.key, ours.value, persist))
  return planLive(observed, persist, missing)
}

/** Limits live in two files, and hold for the engine once it is started again. */
const planLimit: Planner = (observed) => {
  const { setting, live, persisted } = observed
  const done = settled(observed)
  if (done) return done
  const reading = live[0]?.reading
  const persist = valueToSet(setting, reading?.state === 'value' ? reading.value : undefined)
  const written = persisted.length > 0 && persisted.every(({ value }) => meets(setting, value))
  const state = live.every((one) => holds(setting, one)) ? 'holds' : 'differs'
  return row(observed, state, { step: written ? 'none' : 'persist', persist })
}

const planWithoutFile: Planner = (observed) => settled(observed) ?? planLive(observed, undefined, false)
const planAdvice: Planner = (observed) =>
  settled(observed) ?? row(observed, 'unreadable', { message: 'a check cannot be set; write it as advice' })

const planners: { readonly [K in SettingKind]: Planner } = {
  sysctl: planSysctl,
  'transparent-huge-pages': planWithoutFile,
  'cpu-governor': planWithoutFile,
  'nvidia-persistence': planWithoutFile,
  'nic-ring': planWithoutFile,
  'engine-limit': planLimit,
  'nic-check': planAdvice,
  filesystem: planAdvice,
}

/** What would be done to give the host back what it had. Values that someone else changed since are left. */
export interface RevertPlan {
  readonly live: readonly LiveChange[]
  readonly left: readonly Released[]
}

/** Pure. */
export const planRevert = (held: readonly Released[]): RevertPlan => {
  const ours = held.filter(({ held: { key, ours: value }, reading }) => reading.state === 'value' && sameValue(key, reading.value, value))
  return {
    // Last set, first given back: what was displaced displaces in turn.
    live: ours.map(({ held: { kind, key, device, before, ours: from } }) => ({ kind, key, device, from, to: before })).toReversed(),
    left: held.filter((one) => !ours.includes(one)),
  }
}
