import type { TuneConflict, TuneRow } from '../../shared/tuning/answer.ts'
import type { TuningProfile } from '../../shared/tuning/profile.ts'
import { targetId } from './change.ts'
import { planFiles, planFilesBack } from './files/our-files.ts'
import { emptyJournal, type Journal, writeJournal } from './journal.ts'
import { type Look, lookAt, readHeld, readTexts, type TunedHost, wantedFiles } from './look.ts'
import { planRevert } from './plan.ts'
import { conflictsOf, differingKeys, revertRows, rowsAfter } from './rows.ts'
import { type Refusal, runTransaction, type TransactionContext } from './transact.ts'

/** What came of an attempt to change the host. */
export interface Outcome {
  readonly journal: Journal
  readonly rows: readonly TuneRow[]
  readonly differing: readonly string[]
  readonly conflicts: readonly TuneConflict[]
  /** For people; empty when there is nothing to say. */
  readonly message: string
  readonly refusals: readonly Refusal[]
}

export interface Operation {
  readonly host: TunedHost
  readonly context: TransactionContext
  readonly journal: Journal
  readonly bootId: string
  readonly nowUnixMs: number
  readonly signal: AbortSignal
}

/** Makes the host as the profile says, and looks again. Throws when nothing could be begun, or all of it was taken back. */
export const applyProfile = async (operation: Operation, profile: TuningProfile, byHand: boolean): Promise<Outcome> => {
  const { host, context, journal, nowUnixMs, signal } = operation
  const look = await lookAt(host, profile, { holdings: journal.holdings, refused: new Map() }, signal)
  signal.throwIfAborted()
  const done = await makeChanges(operation, look, byHand)
  if (done.refusals.length > 0)
    context.log.warn('the host did not take some settings', {
      profile: profile.name,
      refused: done.refusals.map(({ change: { key } }) => key),
    })
  const refused = new Map(done.refusals.map(({ change, message }) => [targetId(change), message]))
  const again = await lookAt(host, profile, { holdings: done.journal.holdings, refused }, signal)
  const differing = differingKeys(again.plan.rows)
  const conflicts = conflictsOf(again.plan.rows)
  context.log.info('tuned', {
    profile: profile.name,
    changed: look.plan.live.length,
    files: look.files.changes.length,
    differing,
    atUnixMs: nowUnixMs,
  })
  return {
    journal: done.journal,
    rows: rowsAfter(look.plan.rows, again.plan.rows, done.journal.holdings.live, done.refusals),
    differing,
    conflicts,
    refusals: done.refusals,
    message: partialMessage(differing, done.refusals, conflicts),
  }
}

const makeChanges = async ({ host, context, journal, bootId, nowUnixMs }: Operation, { profile, plan, files }: Look, byHand: boolean) => {
  const { name, digest } = profile
  const after = { live: plan.heldAfter, files: files.heldAfter }
  if (plan.live.length === 0 && files.changes.length === 0) {
    const done: Journal = { ...journal, profile: name, digest, byHand: byHand ? profile : null, declined: '', bootId, holdings: after }
    await writeJournal(context.stateDir, done, context.onStep)
    return { journal: done, refusals: [] }
  }
  const current = new Map(files.changes.map(({ path, to }) => [path, to]))
  const withoutRefused = (refusals: readonly Refusal[]) => {
    const refused = new Set(refusals.map(({ change }) => targetId(change)))
    const again = planFiles(wantedFiles(host, name, plan.rows, refused), files.heldAfter, current)
    // Undoing leads back to what was there before the first of the two.
    return again.changes
      .filter(({ path }) => current.has(path))
      .map((one) => ({ ...one, from: files.changes.find(({ path }) => path === one.path)?.from ?? null }))
  }
  return runTransaction(
    context,
    journal,
    {
      kind: 'apply',
      startedUnixMs: nowUnixMs,
      profile: name,
      byHand: byHand ? profile : null,
      declined: '',
      bootId,
      files: [...files.changes],
      live: [...plan.live],
    },
    { after, digest, withoutRefused },
  )
}

const partialMessage = (differing: readonly string[], refusals: readonly Refusal[], conflicts: readonly TuneConflict[]): string => {
  const [refusal] = refusals
  const parts = [
    ...conflicts.map(({ message, remedy }) => `${message}; ${remedy}`),
    ...(refusal ? [`${refusals.length} of the values were refused, the first: ${refusal.change.key}: ${refusal.message}`] : []),
  ]
  if (parts.length === 0 && differing.length > 0) parts.push(`these do not hold: ${differing.join(', ')}; "hostler tune status" says why`)
  return parts.join('. ')
}

/** Gives the host back what it had, where nobody changed it since. `declined` is what must not be applied again by itself. */
export const revertProfile = async (
  { host, context, journal, bootId, nowUnixMs, signal }: Operation,
  declined: string,
): Promise<Outcome> => {
  const held = await readHeld(host, journal.holdings.live)
  const { live } = planRevert(held)
  const texts = await readTexts(journal.holdings.files.map(({ path }) => path))
  const files = planFilesBack(journal.holdings.files, texts)
  signal.throwIfAborted()
  const { journal: done, refusals } = await runTransaction(
    context,
    journal,
    { kind: 'revert', startedUnixMs: nowUnixMs, profile: '', byHand: null, declined, bootId, files: [...files], live: [...live] },
    { after: emptyJournal.holdings, digest: '', withoutRefused: () => [] },
  )
  const rows = revertRows(held, live, refusals)
  const left = rows.filter(({ step }) => step === 'left').map(({ key }) => key)
  context.log.info('tuning reverted', { restored: live.length - refusals.length, left, refused: refusals.length })
  const parts = [
    ...(left.length > 0 ? [`left alone, because someone changed them since: ${left.join(', ')}`] : []),
    ...(refusals.length > 0
      ? [`could not be given back: ${refusals.map(({ change: { key }, message }) => `${key} (${message})`).join(', ')}`]
      : []),
  ]
  return { journal: done, rows, differing: refusals.map(({ change: { key } }) => key), conflicts: [], refusals, message: parts.join('. ') }
}
