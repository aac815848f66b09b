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

/**
 * The record of the key that a request carries. No I/O: the key's SHA-256 is looked up in the snapshot, so neither the gateway's
 * memory nor its disk holds a key, and the time of the lookup says nothing about one.
 * @throws HostlerError KEY_MISSING, KEY_INVALID (with `auth: 'open'`, an unusable key is as good as none)
 */
export const authenticate = (
  headers: KeyHeaders,
  keys: ReadonlyMap<string, ApiKeyRecord>,
  auth: 'keys' | 'open',
  nowUnixMs: number,
): ApiKeyRecord => {
  const key = presentedKey(headers)
  const record = key === undefined ? undefined : keys.get(hash('sha256', key, 'hex'))
  const expired = record !== undefined && record.expiresUnixMs !== 0 && record.expiresUnixMs <= nowUnixMs
  if (record && !expired) return record
  if (auth === 'open') return anonymous
  if (key === undefined) {
    throw new HostlerError('KEY_MISSING', "This request carries no API key. Send one as 'Authorization: Bearer KEY' or 'x-api-key: KEY'.")
  }
  throw new HostlerError(
    'KEY_INVALID',
    expired
      ? `This API key expired at ${new Date(record.expiresUnixMs).toISOString()}. Ask an operator for a new one ('hostler key create').`
      : "This API key is not known here. Check that it is complete, or ask an operator for one ('hostler key create').",
  )
}

/** An empty list of models means all of them. */
export const mayUse = (key: ApiKeyRecord, model: string): boolean => key.models.length === 0 || key.models.includes(model)
