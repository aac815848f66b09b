import { isDeepStrictEqual } from 'node:util'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import { formatTaint, mergedTaints, type Taint, type TaintPattern } from '../domain/hosts/taints.ts'
import type { HostRecord } from '../domain/model.ts'
import type { StoreChange } from '../store/store.ts'
import { event, type UseCaseContext } from './context.ts'
import type { Facts } from './facts.ts'

export interface HostChanged {
  readonly host: string
  readonly changed: boolean
}

/** A change of one host; undefined when it is so already. */
type Change = (host: HostRecord) => { readonly host: HostRecord; readonly reason: string; readonly message: string } | undefined

/** The hosts of these names or ids, each once. Errors: NOT_FOUND. */
const named = (facts: Facts, names: readonly string[]): readonly HostRecord[] => {
  if (names.length === 0) throw new HostlerError('ARGUMENT_INVALID', 'no host is named; see: hostler get hosts')
  const all = [...facts.hosts.values()]
  const found = names.map((word) => ({ word, host: all.find(({ name }) => name === word) ?? all.find(({ id }) => id === word) }))
  const missing = found.filter(({ host }) => host === undefined).map(({ word }) => word)
  if (missing.length > 0)
    throw new HostlerError('NOT_FOUND', `no host is named ${missing.join(' or ')}; nothing was changed. See: hostler get hosts`)
  return [...new Set(found.flatMap(({ host }) => host ?? []))]
}

/** All of the hosts or none. */
const changeHosts = (context: UseCaseContext, names: readonly string[], change: Change): Promise<readonly HostChanged[]> =>
  context.ledger.transact((facts) => {
    const done = named(facts, names).map((before) => ({ before, after: change(before) }))
    const changes = done.flatMap(({ after }): readonly StoreChange[] =>
      after === undefined
        ? []
        : [{ kind: 'putHost', host: after.host }, event(context, 'info', after.reason, `host/${after.host.name}`, after.message)],
    )
    return { changes, result: done.map(({ before, after }) => ({ host: before.name, changed: after !== undefined })) }
  })

/** Keeps new replicas off hosts; what runs there stays. Errors: NOT_FOUND. */
export const cordonHosts = (context: UseCaseContext, names: readonly string[], by: string): Promise<readonly HostChanged[]> =>
  changeHosts(context, names, (host) =>
    host.cordoned ? undefined : { host: { ...host, cordoned: true }, reason: 'HostCordoned', message: `takes no new replica (by ${by})` },
  )

/** Lets new replicas come again, and ends a drain wherever it is. Errors: NOT_FOUND. */
export const uncordonHosts = (context: UseCaseContext, names: readonly string[], by: string): Promise<readonly HostChanged[]> =>
  changeHosts(context, names, ({ drain, ...host }) =>
    host.cordoned || drain !== undefined
      ? { host: { ...host, cordoned: false }, reason: 'HostUncordoned', message: `takes new replicas again (by ${by})` }
      : undefined,
  )

/**
 * Cordons hosts and moves what runs there to others; the wish stands until they are uncordoned. The same again changes nothing; force on
 * top of a drain without it does. Errors: NOT_FOUND.
 */
export const drainHosts = (
  context: UseCaseContext,
  names: readonly string[],
  by: string,
  force: boolean,
): Promise<readonly HostChanged[]> =>
  changeHosts(context, names, (host) => {
    const { drain } = host
    if (drain !== undefined && host.cordoned && (drain.force || !force)) return undefined
    const how = force ? 'replicas leave it without waiting for others in their place' : 'its replicas move to other hosts first'
    return {
      host: { ...host, cordoned: true, drain: { sinceUnixMs: context.clock.unixMs(), by, force } },
      reason: 'HostDraining',
      message: `${how} (by ${by})`,
    }
  })

/**
 * Puts taints on hosts and takes others off; one of the same key and effect is replaced. Those of documents are not touched. Errors: NOT_FOUND,
 * ARGUMENT_INVALID.
 */
export const taintHosts = async (
  context: UseCaseContext,
  names: readonly string[],
  by: string,
  put: readonly Taint[],
  remove: readonly TaintPattern[],
): Promise<readonly HostChanged[]> => {
  if (put.length + remove.length === 0)
    throw new HostlerError('ARGUMENT_INVALID', 'no taint is given; expected such as dedicated=search:NoSchedule')
  return changeHosts(context, names, (host) => {
    const before = host.taints ?? []
    const kept = before.filter((taint) => !remove.some(({ key, effect }) => key === taint.key && (effect ?? taint.effect) === taint.effect))
    const taints = mergedTaints(put, kept)
    const told = taints.map(formatTaint).toSorted()
    if (isDeepStrictEqual(told, before.map(formatTaint).toSorted())) return undefined
    return { host: { ...host, taints }, reason: 'HostTainted', message: `its taints are ${told.join(', ') || 'none'} (by ${by})` }
  })
}
