import { messageOf } from '../../shared/errors/hostler-error.ts'
import type { Log } from '../../shared/log/log.ts'
import { sameValue } from '../../shared/tuning/value.ts'
import { type FileChange, type Holdings, type LiveChange, type Transaction, targetId } from './change.ts'
import { readText, without } from './files/our-files.ts'
import { emptyJournal, type Journal, writeJournal } from './journal.ts'
import { type LiveAccesses, readLive } from './live/live.ts'
import { removeFile, removeLeftover, replaceFile, type StepHook } from './replace-file.ts'

export interface TransactionContext {
  readonly stateDir: string
  readonly accesses: LiveAccesses
  readonly onStep: StepHook
  readonly log: Log
}

/** A value that the host did not take. */
export interface Refusal {
  readonly change: LiveChange
  readonly message: string
}

export interface TransactionOptions {
  /** What is held when all of it succeeds; what the host refuses is taken out. */
  readonly after: Holdings
  /** Of the profile that holds then. */
  readonly digest: string
  /** Files for when the host refused some of the values, so that it is not asked for them at each boot. */
  readonly withoutRefused: (refusals: readonly Refusal[]) => readonly FileChange[]
}

/**
 * The steps of a transaction, in an order that a crash cannot harm: what was there is journalled before anything changes; then files, then
 * live values, each looked at again; then the journal says that it is done. A value that the host refuses leaves the others applied. A journal or
 * file that cannot be written undoes it all, and the reason is thrown.
 */
export const runTransaction = async (
  context: TransactionContext,
  journal: Journal,
  transaction: Transaction,
  { after, digest, withoutRefused }: TransactionOptions,
): Promise<{ readonly journal: Journal; readonly refusals: readonly Refusal[] }> => {
  const { stateDir, onStep } = context
  let begun: Journal = { ...journal, transaction }
  await writeJournal(stateDir, begun, onStep)
  try {
    for (const change of transaction.files) await putFile(change, onStep)
    const refusals: Refusal[] = []
    for (const change of transaction.live) {
      const message = await setLive(context, change)
      if (message !== '') refusals.push({ change, message })
    }
    const fixed = refusals.length === 0 ? [] : withoutRefused(refusals)
    if (fixed.length > 0) {
      // Both texts: after a crash either may be there.
      begun = { ...journal, transaction: { ...transaction, files: [...transaction.files, ...fixed] } }
      await writeJournal(stateDir, begun, onStep)
      for (const change of fixed) await putFile(change, onStep)
    }
    const done = committed(journal, transaction, { after, digest, refusals, fixed })
    await writeJournal(stateDir, done, onStep)
    return { journal: done, refusals }
  } catch (error) {
    await undo(context, begun)
    throw error
  }
}

const committed = (
  journal: Journal,
  transaction: Transaction,
  result: {
    readonly after: Holdings
    readonly digest: string
    readonly refusals: readonly Refusal[]
    readonly fixed: readonly FileChange[]
  },
): Journal => {
  const refused = new Set(result.refusals.map(({ change }) => targetId(change)))
  const live = [
    ...result.after.live.filter((held) => !refused.has(targetId(held))),
    ...journal.holdings.live.filter((held) => refused.has(targetId(held))),
  ]
  const files = result.after.files.flatMap((held) => {
    const fixed = result.fixed.find(({ path }) => path === held.path)
    if (!fixed) return [held]
    return fixed.to === null ? [] : [{ ...held, ours: fixed.to }]
  })
  return {
    ...emptyJournal,
    profile: transaction.profile,
    digest: result.digest,
    byHand: transaction.byHand,
    declined: transaction.declined,
    bootId: transaction.bootId,
    holdings: { live, files },
  }
}

const putFile = async ({ path, to }: Pick<FileChange, 'path' | 'to'>, onStep: StepHook): Promise<void> => {
  if (to === null) await removeFile(path, onStep)
  else await replaceFile(path, to, { mode: 0o644, onStep })
}

/** Sets a value and looks at it again; why it does not hold, or an empty text. */
const setLive = async ({ accesses, onStep }: TransactionContext, { kind, key, device, to, implied }: LiveChange): Promise<string> => {
  const found = await accesses[kind].read(key, device)
  if (found.state === 'value' && sameValue(key, found.value, to)) return ''
  if (implied) return 'the kernel did not change it'
  await onStep(`set ${kind} ${key}${device === '' ? '' : ` ${device}`}`)
  try {
    await accesses[kind].write(key, device, to)
  } catch (error) {
    return messageOf(error)
  }
  const reading = await accesses[kind].read(key, device)
  if (reading.state !== 'value') return `it was set to "${to}" and could not be read again: ${reading.why}`
  return sameValue(key, reading.value, to) ? '' : `it was set to "${to}" without complaint, and shows "${reading.value}"`
}

/** Makes the changes of a transaction, or takes them back: only what still stands as the other side left it is touched. */
const settle = async (context: TransactionContext, { files, live }: Transaction, way: 'forward' | 'back'): Promise<void> => {
  const { accesses, onStep, log } = context
  const turned = <T extends { readonly from: unknown; readonly to: unknown }>(change: T): T =>
    way === 'forward' ? change : { ...change, from: change.to, to: change.from }
  for (const change of way === 'forward' ? live : live.toReversed()) {
    const { kind, key, from, to } = turned(change)
    const reading = await readLive(accesses, change)
    if (reading.state !== 'value' || !sameValue(key, reading.value, from) || sameValue(key, from, to)) continue
    const message = await setLive(context, { kind, key, device: change.device, from, to })
    if (message !== '') log.error('a setting could not be put back', { kind, setting: key, value: to, error: message })
  }
  for (const { kind, path, from, to } of files.map(turned)) {
    await removeLeftover(path)
    const current = await readText(path)
    if (current === to) continue
    if (current === from) await putFile({ path, to }, onStep)
    else if (current !== null && from !== null) {
      // Someone wrote into it since: only our part goes.
      const rest = without[kind](current, to, from)
      if (rest !== current) await putFile({ path, to: rest }, onStep)
    }
  }
}

/** Takes back what a transaction did, and forgets it. */
const undo = async (context: TransactionContext, journal: Journal): Promise<void> => {
  const { transaction } = journal
  if (!transaction) return
  try {
    await settle(context, transaction, 'back')
    await writeJournal(context.stateDir, { ...journal, transaction: null }, context.onStep)
  } catch (error) {
    // The journal still holds the transaction, so the next start takes it back.
    context.log.error('an interrupted tuning could not be taken back wholly', { profile: transaction.profile, error })
  }
}

/**
 * Ends a transaction that a crash interrupted: apply is taken back, revert is finished. Safe to be interrupted itself, at any point.
 * Returns the journal as it is then.
 */
export const recover = async (context: TransactionContext, journal: Journal): Promise<Journal> => {
  const { transaction } = journal
  if (!transaction) return journal
  const back = transaction.kind === 'apply'
  await settle(context, transaction, back ? 'back' : 'forward')
  const done: Journal = back ? { ...journal, transaction: null } : { ...emptyJournal, declined: transaction.declined }
  await writeJournal(context.stateDir, done, context.onStep)
  context.log.warn('an interrupted tuning was ended', { profile: transaction.profile, way: back ? 'taken back' : 'finished' })
  return done
}
