import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { TuneAction, TuneAnswer } from '../../shared/tuning/answer.ts'
import { noProfile } from '../domain/hosts/schema.ts'
import type { HostRecord } from '../domain/model.ts'
import { type TuneOptions, tuneHost } from './tune-host.ts'

export interface TuneWish {
  readonly action: TuneAction
  /** Names or ids; empty: every host. */
  readonly hosts: readonly string[]
  /** Empty: the one that each host is to have. */
  readonly profile: string
}

/** How it went on one host. */
export type TuneOutcome = { readonly host: string } & ({ readonly answer: TuneAnswer } | { readonly error: HostlerError })

const atOnce = 16

/**
 * Asks hosts how they are tuned, or to be tuned, some at once. What goes wrong on one host is its outcome and stops no other.
 * apply with a profile, and revert, change what each host is to be from then on.
 * Errors: ARGUMENT_INVALID, NOT_FOUND for a profile, CONFLICT when there is no host to speak of.
 */
export const tuneHosts = async (
  options: TuneOptions,
  wish: TuneWish,
  author: string,
  onOutcome: (outcome: TuneOutcome) => Promise<void>,
  signal: AbortSignal,
): Promise<void> => {
  const { action, profile } = wish
  checkProfile(options, wish)
  const { targets, unknown } = targetsOf(options, wish)
  for (const host of unknown)
    await onOutcome({ host, error: new HostlerError('NOT_FOUND', `no host is named ${host}; see: hostler get hosts`) })
  const waiting = targets.toSorted((a, b) => (a.name < b.name ? -1 : 1)).values()
  const outcomeOn = async (target: HostRecord): Promise<TuneOutcome> => {
    try {
      return { host: target.name, answer: await tuneHost(action, options, { target, profile, author }, signal) }
    } catch (error) {
      if (error instanceof HostlerError) return { host: target.name, error }
      throw error
    }
  }
  const worker = async () => {
    for (const target of waiting) {
      // Whoever asked is gone: hosts that were not asked yet stay as they are.
      if (signal.aborted) return
      await onOutcome(await outcomeOn(target))
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, targets.length) }, worker))
}

const checkProfile = ({ hosts }: TuneOptions, { action, profile }: TuneWish): void => {
  if (profile === '') return
  if (action === 'status' || action === 'revert')
    throw new HostlerError('ARGUMENT_INVALID', `${action} takes no profile; it is about what was applied`)
  if (profile === noProfile)
    throw new HostlerError('ARGUMENT_INVALID', `"${noProfile}" stands for no profile; to take a profile off hosts: hostler tune revert`)
  const resolved = hosts.wishes.resolve(profile)
  if ('problem' in resolved) throw new HostlerError('NOT_FOUND', resolved.problem)
}

/** Those that were named, each once; or else every host that it can be about. */
const targetsOf = (
  { context, hosts }: TuneOptions,
  { action, hosts: words, profile }: TuneWish,
): { readonly targets: readonly HostRecord[]; readonly unknown: readonly string[] } => {
  const all = [...context.ledger.facts.hosts.values()].filter(({ revoked }) => !revoked)
  if (words.length > 0) {
    const find = (word: string) => all.find(({ id, name }) => id === word || name === word)
    return {
      targets: [...new Set(words.flatMap((word) => find(word) ?? []))],
      unknown: [...new Set(words)].filter((word) => find(word) === undefined),
    }
  }
  if (all.length === 0) throw new HostlerError('CONFLICT', 'no host has joined; see: hostler token create')
  if (action === 'status' || action === 'revert' || profile !== '') return { targets: all, unknown: [] }
  const wanting = all.filter((host) => {
    const { wanted } = hosts.wishes.of(host)
    return wanted.profile !== '' || wanted.problem !== ''
  })
  if (wanting.length === 0)
    throw new HostlerError('CONFLICT', `no host is to have a profile; choose one: hostler tune ${action} --profile inference`)
  return { targets: wanting, unknown: [] }
}
