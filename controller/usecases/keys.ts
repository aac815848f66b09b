import { HostlerError } from '../../shared/errors/hostler-error.ts'
import { priorityClasses } from '../domain/spec/blocks.ts'
import type { KeyRecord } from '../store/store.ts'
import { event, type UseCaseContext } from './context.ts'
import { sha256Hex } from './secrets.ts'

export interface KeyWish {
  readonly tenant: string
  readonly models: readonly string[]
  /** 0: no limit. */
  readonly requestsPerSecond: number
  /** 0: one second's worth, at least one. */
  readonly burst: number
  /** LLM tokens; 0: no limit. */
  readonly tokensPerMinute: number
  /** Of its requests where they wait: one of the priority classes. */
  readonly priority: number
  /** 0: never ends. */
  readonly ttlMs: number
}

/** A new API key; returned once, kept as a hash. Errors: ARGUMENT_INVALID. */
export const createKey = (context: UseCaseContext, wish: KeyWish): Promise<{ readonly record: KeyRecord; readonly key: string }> =>
  context.ledger.transact(() => {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(wish.tenant)) {
      throw new HostlerError(
        'ARGUMENT_INVALID',
        `tenant "${wish.tenant}" is not usable; expected up to 63 letters, digits, dots, dashes or underscores`,
      )
    }
    if (!(wish.requestsPerSecond >= 0) || !(wish.burst >= 0)) throw new HostlerError('ARGUMENT_INVALID', 'a rate limit cannot be negative')
    if (!Object.values<number>(priorityClasses).includes(wish.priority)) {
      const known = Object.entries(priorityClasses).map(([word, value]) => `${word} (${value})`)
      throw new HostlerError('ARGUMENT_INVALID', `${wish.priority} is no priority of an API key; expected ${known.join(', ')}`)
    }
    const key = `sk-hostler-${context.secrets.newSecret()}`
    const nowUnixMs = context.clock.unixMs()
    const record: KeyRecord = {
      id: context.secrets.newId('k-'),
      sha256Hex: sha256Hex(key),
      prefix: key.slice(0, 15),
      tenant: wish.tenant,
      models: wish.models,
      requestsPerSecond: wish.requestsPerSecond,
      burst: wish.requestsPerSecond > 0 ? wish.burst || Math.max(1, Math.ceil(wish.requestsPerSecond)) : 0,
      tokensPerMinute: wish.tokensPerMinute,
      priority: wish.priority,
      createdUnixMs: nowUnixMs,
      expiresUnixMs: wish.ttlMs > 0 ? nowUnixMs + wish.ttlMs : 0,
    }
    return {
      result: { record, key },
      changes: [{ kind: 'putKey', key: record }, event(context, 'info', 'KeyCreated', `key/${record.id}`, `for tenant ${wish.tenant}`)],
    }
  })

/** Gateways refuse the key as soon as they have the next snapshot. Errors: NOT_FOUND. */
export const revokeKey = (context: UseCaseContext, id: string): Promise<void> =>
  context.ledger.transact((facts) => {
    if (!facts.keys.has(id)) throw new HostlerError('NOT_FOUND', `there is no API key "${id}"; see: hostler key list`)
    return { result: undefined, changes: [{ kind: 'deleteKey', id }, event(context, 'info', 'KeyRevoked', `key/${id}`, 'by hand')] }
  })
