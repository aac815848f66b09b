import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'
import type { Secrets } from './context.ts'

const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789'

export const randomSecrets: Secrets = {
  newId: (prefix) => prefix + Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join(''),
  // In hexadecimal: an engine that gets its key as an option would take one that begins with a hyphen for another option.
  newSecret: () => randomBytes(32).toString('hex'),
}

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Compares two hex digests in constant time. */
export const sameDigest = (a: string, b: string): boolean => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
