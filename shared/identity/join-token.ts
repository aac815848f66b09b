import { z } from 'zod'
import { HostlerError } from '../errors/hostler-error.ts'

const prefix = 'hostler1.'

const schema = z.object({
  /** Enrolment endpoint, `host:port`. */
  a: z.string().min(3),
  /** Token id, public. */
  i: z.string().min(1),
  /** Token secret. */
  s: z.string().min(1),
  /** SHA-256 of the CA certificate (DER), hex. */
  f: z.string().regex(/^[0-9a-f]{64}$/),
})

export interface JoinToken {
  readonly address: string
  readonly id: string
  readonly secret: string
  readonly caSha256Hex: string
}

/** One printable word that carries all an agent needs for its first contact. */
export const formatJoinToken = (token: JoinToken): string =>
  prefix + Buffer.from(JSON.stringify({ a: token.address, i: token.id, s: token.secret, f: token.caSha256Hex })).toString('base64url')

/** Throws TOKEN_INVALID, never echoing the secret. */
export const parseJoinToken = (text: string): JoinToken => {
  const word = text.trim()
  const invalid = (why: string) =>
    new HostlerError('TOKEN_INVALID', `the join token is not usable (${why}); create one with: hostler token create`)
  if (!word.startsWith(prefix)) throw invalid(`it should start with ${prefix}`)
  let raw: unknown
  try {
    raw = JSON.parse(Buffer.from(word.slice(prefix.length), 'base64url').toString('utf8'))
  } catch {
    throw invalid('it was cut short or changed')
  }
  const parsed = schema.safeParse(raw)
  if (!parsed.success) throw invalid('it was cut short or changed')
  return { address: parsed.data.a, id: parsed.data.i, secret: parsed.data.s, caSha256Hex: parsed.data.f }
}
