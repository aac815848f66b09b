import { hash } from 'node:crypto'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { ApiKeyRecord } from '../../../shared/fleet/membership.ts'

/** Who calls when no key is asked for: everything is allowed, nothing is limited. */
export const anonymous: ApiKeyRecord = {
  id: 'anonymous',
  sha256Hex: '',
  tenant: 'anonymous',
  models: [],
  tokensPerMinute: 0,
  priority: 0,
  expiresUnixMs: 0,
}

export interface KeyHeaders {
  readonly authorization: string | undefined
  /** `x-api-key` */
  readonly apiKey: string | undefined
}

/** The key of `Authorization: Bearer …` or, without one, of `x-api-key`. */
const presentedKey = ({ authorization, apiKey }: KeyHeaders): string | undefined => {
  const bearer = authorization === undefined ? undefined : /^bearer +([^ ]+) *$/i.exec(authorization)?.[1]
  return bearer ?? (apiKey === '' ? undefined : apiKey)
}

/** Most Authorization headers that are remembered for one snapshot. */
const maxRemembered = 10_000

/** Authorization headers that carried a key of the snapshot, so that its SHA-256 is computed once; forgotten with the snapshot. */
const remembered = new WeakMap<ReadonlyMap<string, ApiKeyRecord>, Map<string, ApiKeyRecord>>()

const recordOf = (headers: KeyHeaders, key: string, keys: ReadonlyMap<string, ApiKeyRecord>): ApiKeyRecord | undefined => {
  const record = keys.get(hash('sha256', key, 'hex'))
  if (!record || headers.authorization === undefined) return record
  const seen = remembered.get(keys) ?? new Map<string, ApiKeyRecord>()
  if (seen.size < maxRemembered) remembered.set(keys, seen.set(headers.authorization, record))
  return record
}

const isExpired = ({ expiresUnixMs }: ApiKeyRecord, nowUnixMs: number): boolean => expiresUnixMs !== 0 && expiresUnixMs <= nowUnixMs

/**
 * The record of the key that a request carries. No I/O: the key's SHA-256 is looked up in the snapshot, so the disk holds no key, the memory
 * only those that came since the snapshot did, and the time of the lookup says nothing about one.
 * @throws HostlerError KEY_MISSING, KEY_INVALID (with `auth: 'open'`, an unusable key is as good as none)
 */
export const authenticate = (
  headers: KeyHeaders,
  keys: ReadonlyMap<string, ApiKeyRecord>,
  auth: 'keys' | 'open',
  nowUnixMs: number,
): ApiKeyRecord => {
  const before = headers.authorization === undefined ? undefined : remembered.get(keys)?.get(headers.authorization)
  if (before && !isExpired(before, nowUnixMs)) return before
  const key = presentedKey(headers)
  const record = key === undefined ? undefined : recordOf(headers, key, keys)
  if (record && !isExpired(record, nowUnixMs)) return record
  if (auth === 'open') return anonymous
  if (key === undefined) {
    throw new HostlerError('KEY_MISSING', "This request carries no API key. Send one as 'Authorization: Bearer KEY' or 'x-api-key: KEY'.")
  }
  throw new HostlerError(
    'KEY_INVALID',
    record
      ? `This API key expired at ${new Date(record.expiresUnixMs).toISOString()}. Ask an operator for a new one ('hostler key create').`
      : "This API key is not known here. Check that it is complete, or ask an operator for one ('hostler key create').",
  )
}

/** An empty list of models means all of them. */
export const mayUse = (key: ApiKeyRecord, model: string): boolean => key.models.length === 0 || key.models.includes(model)
