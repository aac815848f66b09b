import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { AgentAsk } from '../../shared/fleet/ask.ts'
import { within } from '../../shared/lifecycle/deadline.ts'
import { type TuneAction, type TuneAnswer, tuneAnswer } from '../../shared/tuning/answer.ts'
import type { HostRecord } from '../domain/model.ts'
import type { AgentCalls } from './agent-calls.ts'
import type { UseCaseContext } from './context.ts'
import type { HostRegistry } from './host-registry.ts'
import { setProfiles } from './set-profiles.ts'
import type { SpecDispatch } from './spec-dispatch.ts'

export interface TuneOptions {
  readonly context: UseCaseContext
  readonly hosts: HostRegistry
  readonly calls: AgentCalls
  readonly specs: SpecDispatch
  /** Calls back after every pass of the reconcile loop. Returns what ends it. */
  readonly onPass: (listener: () => void) => () => void
}

export interface TuneWish {
  readonly action: TuneAction
  /** Names or ids; empty: every host. */
  readonly hosts: readonly string[]
  /** Empty: the one that each host is to have. */
  readonly profile: string
}

/** How it went on one host. */
export type TuneOutcome = { readonly host: string } & ({ readonly answer: TuneAnswer } | { readonly error: HostlerError })

const deadlinesMs: Readonly<Record<TuneAction, number>> = { plan: 30_000, status: 30_000, apply: 120_000, revert: 120_000 }
/** How long a host may take to write its new spec to disk before it is asked to act on it. */
const specWaitMs = 15_000
const atOnce = 16

/**
 * Asks hosts how they are tuned, or to be tuned, some at once. What goes wrong on one host is its outcome and stops no other.
 * apply with a profile, and revert, change what the hosts are to be from then on, before the hosts are asked.
 * Errors: ARGUMENT_INVALID, NOT_FOUND for a profile, CONFLICT when no host wants a profile.
 */
export const tuneHosts = async (
  options: TuneOptions,
  wish: TuneWish,
  author: string,
  onOutcome: (outcome: TuneOutcome) => Promise<void>,
  signal: AbortSignal,
): Promise<void> => {
  const { context, hosts } = options
  const { facts } = context.ledger
  checkProfile(options, wish)
  const all = [...facts.hosts.values()].filter(({ revoked }) => !revoked)
  const named = [...new Set(wish.hosts)]
  const find = (word: string) => all.find(({ id, name }) => id === word || name === word)
  for (const host of named.filter((word) => find(word) === undefined))
    await onOutcome({ host, error: new HostlerError('NOT_FOUND', `no host is named ${host}; see: hostler get hosts`) })
  const found = named.length === 0 ? all : [...new Set(named.flatMap((word) => find(word) ?? []))]
  const needsProfile = (wish.action === 'plan' || wish.action === 'apply') && wish.profile === ''
  const wants = ({ wanted }: ReturnType<typeof hosts.wishes.of>) => wanted.profile !== '' || wanted.problem !== ''
  const targets = named.length > 0 || !needsProfile ? found : found.filter((host) => wants(hosts.wishes.of(host)))
  if (targets.length === 0 && named.length === 0)
    throw new HostlerError(
      'CONFLICT',
      all.length === 0 ? 'no host has joined' : `no host wants a profile; choose one: hostler tune ${wish.action} --profile inference`,
    )
  if (wish.action === 'apply' && wish.profile !== '') await setProfiles(context, hosts.wishes, targets, wish.profile, author)
  if (wish.action === 'revert')
    await setProfiles(
      context,
      hosts.wishes,
      targets.filter((host) => wants(hosts.wishes.of(host))),
      'none',
      author,
    )

  const waiting = targets.toSorted((a, b) => (a.name < b.name ? -1 : 1)).values()
  const worker = async () => {
    for (const target of waiting) await onOutcome(await outcomeOn(options, target, wish, signal))
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, targets.length) }, worker))
}

const checkProfile = ({ hosts }: TuneOptions, { action, profile }: TuneWish): void => {
  if (profile === '') return
  if (action === 'status' || action === 'revert')
    throw new HostlerError('ARGUMENT_INVALID', `${action} takes no profile; it is about what was applied`)
  if (profile === 'none')
    throw new HostlerError('ARGUMENT_INVALID', '"none" stands for no profile; to take a profile off hosts: hostler tune revert')
  const resolved = hosts.wishes.resolve(profile)
  if ('problem' in resolved) throw new HostlerError('NOT_FOUND', resolved.problem)
}

const outcomeOn = async (options: TuneOptions, target: HostRecord, wish: TuneWish, signal: AbortSignal): Promise<TuneOutcome> => {
  const host = target.name
  try {
    const ask = askOf(options, target, wish)
    if (wish.action === 'apply' || wish.action === 'revert') await untilTaken(options, target, wish.action, signal)
    return { host, answer: await options.calls.document(target.id, ask, deadlinesMs[wish.action], tuneAnswer, signal) }
  } catch (error) {
    if (error instanceof HostlerError) return { host, error }
    throw error
  }
}

const askOf = ({ hosts }: TuneOptions, target: HostRecord, { action, profile }: TuneWish): AgentAsk => {
  if (action === 'status' || action === 'revert') return { kind: 'tune', action }
  if (profile !== '') {
    const resolved = hosts.wishes.resolve(profile)
    if ('problem' in resolved) throw new HostlerError('NOT_FOUND', resolved.problem)
    return { kind: 'tune', action, profile: resolved.profile }
  }
  const { wanted, profile: resolved } = hosts.wishes.of(target)
  if (resolved) return { kind: 'tune', action, profile: resolved }
  throw new HostlerError(
    'CONFLICT',
    wanted.problem || `${target.name} is to have no profile; choose one: hostler tune ${action} ${target.name} --profile inference`,
  )
}

/** A host that is told to revert while its spec still asks for the profile would put it back. */
const untilTaken = async (
  { context, hosts, specs, onPass }: TuneOptions,
  { id, name }: HostRecord,
  action: TuneAction,
  signal: AbortSignal,
) => {
  const { facts } = context.ledger
  if (!hosts.sighting(id).port) {
    throw new HostlerError(
      'HOST_UNREACHABLE',
      `the agent of ${name} is not connected; ${action === 'apply' ? 'its profile is applied when it is back' : 'it keeps its settings until this is run again when it is back'}`,
    )
  }
  const taken = () => {
    const record = facts.hosts.get(id)
    return record === undefined || specs.hasTaken(record)
  }
  const { promise, resolve } = Promise.withResolvers<void>()
  const look = () => taken() && resolve()
  const off = onPass(look)
  const ended = within(specWaitMs, signal)
  ended.addEventListener('abort', () => resolve(), { once: true })
  look()
  await promise
  off()
  if (!taken()) throw new HostlerError('HOST_UNREACHABLE', `${name} has not taken its new spec within ${specWaitMs / 1000} s; try again`)
}
