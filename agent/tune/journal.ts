import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { errnoOf, HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import { holdings as holdingsSchema, transaction as transactionSchema, tuningProfile } from './change.ts'
import { replaceFile, type StepHook } from './replace-file.ts'

const schema = z.strictObject({
  version: z.literal(1),
  /** The profile that the holdings come from; empty: none. */
  profile: z.string(),
  digest: z.string(),
  /** Applied by a command where the host's spec names no profile; held like one of the spec until reverted. */
  byHand: tuningProfile.nullable(),
  /** The digest of a profile that was reverted by hand: it is not applied again by itself. Empty: none. */
  declined: z.string(),
  /** Of the kernel when it was applied: a boot takes back what no file holds. */
  bootId: z.string(),
  holdings: holdingsSchema,
  /** Under way, or interrupted. */
  transaction: transactionSchema.nullable(),
})

/** What Hostler changed on this host, written before it is changed. */
export type Journal = z.output<typeof schema>

export const emptyJournal: Journal = {
  version: 1,
  profile: '',
  digest: '',
  byHand: null,
  declined: '',
  bootId: '',
  holdings: { live: [], files: [] },
  transaction: null,
}

export const journalFile = (stateDir: string): string => join(stateDir, 'tuning', 'journal.json')

/** The journal, empty when there is none. Throws CONFLICT when it cannot be understood: without it, nobody knows what to give back. */
export const readJournal = async (stateDir: string): Promise<Journal> => {
  const file = journalFile(stateDir)
  const text = await readFile(file, 'utf8').catch((error) => {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw new HostlerError('CONFLICT', `the tuning journal ${file} cannot be read: ${messageOf(error)}`, { cause: error })
  })
  if (text === undefined) return emptyJournal
  try {
    return schema.parse(JSON.parse(text))
  } catch (error) {
    throw new HostlerError(
      'CONFLICT',
      `the tuning journal ${file} is damaged, so what this host had before is not known and nothing is touched; ` +
        'read the old values in it, put them back by hand, then remove the file',
      { cause: error },
    )
  }
}

/** Writes it durably. Throws DISK_FULL, with the old journal still in place. */
export const writeJournal = async (stateDir: string, journal: Journal, onStep: StepHook): Promise<void> => {
  const { profile, declined, transaction, holdings } = journal
  const nothing = profile === '' && declined === '' && !transaction && holdings.live.length + holdings.files.length === 0
  if (nothing) await rm(journalFile(stateDir), { force: true })
  else await replaceFile(journalFile(stateDir), `${JSON.stringify(journal, null, 1)}\n`, { mode: 0o600, onStep })
}
