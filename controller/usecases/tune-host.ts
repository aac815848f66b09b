import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { AgentAsk } from '../../shared/fleet/ask.ts'
import { within } from '../../shared/lifecycle/deadline.ts'
import { type TuneAction, type TuneAnswer, tuneAnswer } from '../../shared/tuning/answer.ts'
import type { TuningProfile } from '../../shared/tuning/profile.ts'
import { noProfile } from '../domain/hosts/schema.ts'
import type { HostRecord } from '../domain/model.ts'
import { withDone } from '../domain/tuning/done.ts'
import type { AgentCalls } from './agent-calls.ts'
import type { UseCaseContext } from './context.ts'
import type { HostRegistry } from './host-registry.ts'
import { setProfile } from './set-profile.ts'
import type { SpecDispatch } from './spec-dispatch.ts'

export interface TuneOptions {
  readonly context: UseCaseContext
  readonly hosts: HostRegistry
  readonly calls: AgentCalls
  readonly specs: SpecDispatch
  /** Calls back after every pass of the reconcile loop. Returns what ends it. */
  readonly onPass: (listener: () => void) => () => void
}

export interface HostWish {
  readonly target: HostRecord
  /** Empty: the one that the host is to have. */
  readonly profile: string
  readonly author: string
}

const deadlinesMs: Readonly<Record<TuneAction, number>> = { plan: 30_000, status: 30_000, apply: 120_000, revert: 120_000 }
/** How long a host may take to write its new spec to disk before it is asked to act on it. */
const specWaitMs = 15_000

type Act = (options: TuneOptions, wish: HostWish, signal: AbortSignal) => Promise<TuneAnswer>

const ask = ({ calls }: TuneOptions, { target }: HostWish, wanted: Extract<AgentAsk, { readonly kind: 'tune' }>, signal: AbortSignal) =>
  calls.document(target.id, wanted, deadlinesMs[wanted.action], tuneAnswer, signal)

/** Throws NOT_FOUND, or CONFLICT when there is none to speak of. */
const profileOf = ({ hosts }: TuneOptions, { target, profile }: HostWish, action: TuneAction): TuningProfile => {
  if (profile !== '') {
    const resolved = hosts.wishes.resolve(profile)
    if ('problem' in resolved) throw new HostlerError('NOT_FOUND', resolved.problem)
    return resolved.profile
  }
  const { wanted, profile: resolved } = hosts.wishes.of(target)
  if (resolved) return resolved
  throw new HostlerError(
    'CONFLICT',
    wanted.problem || `${target.name} is to have no profile; choose one: hostler tune ${action} ${target.name} --profile inference`,
  )
}

const plan: Act = (options, wish, signal) =>
  ask(options, wish, { kind: 'tune', action: 'plan', profile: profileOf(options, wish, 'plan') }, signal)

const apply: Act = async (options, wish, signal) => {
  const { target, profile, author } = wish
  const { name, id } = target
  const wanted = profileOf(options, wish, 'apply')
  const planned = await plan(options, wish, signal).then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  )
  if (signal.aborted && 'error' in planned) throw planned.error
  if (profile !== '') await setProfile(options.context, options.hosts.wishes, name, profile, author)
  if (!options.hosts.sighting(id).port)
    throw new HostlerError('HOST_UNREACHABLE', `the agent of ${name} is not connected; its profile is applied when it is back`)
  if ('error' in planned) throw planned.error
  await untilTaken(options, target, signal)
  return withDone(planned.answer, await ask(options, wish, { kind: 'tune', action: 'apply', profile: wanted }, signal))
}

/** Asked before its profile is taken off: a host without a profile gives back what it had by itself, and then has nothing to tell. */
const revert: Act = async (options, wish, signal) => {
  const { context, hosts } = options
  const { id, name } = wish.target
  try {
    if (!hosts.sighting(id).port)
      throw new HostlerError('HOST_UNREACHABLE', `the agent of ${name} is not connected; what it had is put back when it is back`)
    return await ask(options, wish, { kind: 'tune', action: 'revert' }, signal)
  } finally {
    const { wanted } = hosts.wishes.of(wish.target)
    if (wanted.profile !== '' || wanted.problem !== '') await setProfile(context, hosts.wishes, name, noProfile, wish.author)
  }
}

const status: Act = (options, wish, signal) => ask(options, wish, { kind: 'tune', action: 'status' }, signal)

const acts: Readonly<Record<TuneAction, Act>> = { plan, apply, status, revert }

/** Asks one host how it is tuned, or to be tuned. Errors: HOST_UNREACHABLE, DEADLINE_EXCEEDED, CONFLICT, NOT_FOUND, and what the agent refused with. */
export const tuneHost = (action: TuneAction, options: TuneOptions, wish: HostWish, signal: AbortSignal): Promise<TuneAnswer> =>
  acts[action](options, wish, signal)

/** A host that still has its old spec refuses another profile than the one it is to have. */
const untilTaken = async ({ context, specs, onPass }: TuneOptions, { id, name }: HostRecord, signal: AbortSignal): Promise<void> => {
  const { facts } = context.ledger
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
