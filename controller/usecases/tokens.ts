import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { IdentityKind, Role } from '../../shared/identity/subject.ts'
import type { TokenRecord } from '../store/store.ts'
import { event, type UseCaseContext } from './context.ts'
import type { Facts } from './facts.ts'
import { sameDigest, sha256Hex } from './secrets.ts'

const longestMs = 30 * 86_400_000

export interface TokenWish {
  readonly kind: IdentityKind
  readonly role?: Role | undefined
  /** 0: an hour. */
  readonly ttlMs: number
  /** 0: one. */
  readonly uses: number
}

/** A new join token; the secret is returned once and kept only as a hash. Errors: ARGUMENT_INVALID. */
export const createToken = (context: UseCaseContext, wish: TokenWish): Promise<{ readonly record: TokenRecord; readonly secret: string }> =>
  context.ledger.transact(() => {
    if (wish.ttlMs > longestMs) throw new HostlerError('ARGUMENT_INVALID', 'a join token lives at most 30 days; ask for a shorter --ttl')
    if (wish.uses > 10_000) throw new HostlerError('ARGUMENT_INVALID', 'a join token has at most 10000 uses')
    if (wish.kind === 'user' && !wish.role)
      throw new HostlerError('ARGUMENT_INVALID', 'a token for a user needs --role admin, operator or viewer')
    const secret = context.secrets.newSecret()
    const nowUnixMs = context.clock.unixMs()
    const record: TokenRecord = {
      id: context.secrets.newId('t-'),
      secretSha256Hex: sha256Hex(secret),
      kind: wish.kind,
      role: wish.role,
      createdUnixMs: nowUnixMs,
      expiresUnixMs: nowUnixMs + (wish.ttlMs || 3_600_000),
      usesLeft: wish.uses || 1,
      revoked: false,
    }
    return {
      result: { record, secret },
      changes: [
        { kind: 'putToken', token: record },
        event(
          context,
          'info',
          'TokenCreated',
          `token/${record.id}`,
          `for a ${wish.kind}, ${record.usesLeft === 1 ? 'once' : `${record.usesLeft} times`}`,
        ),
      ],
    }
  })

/** Errors: NOT_FOUND. */
export const revokeToken = (context: UseCaseContext, id: string): Promise<void> =>
  context.ledger.transact((facts) => {
    const token = facts.tokens.get(id)
    if (!token) throw new HostlerError('NOT_FOUND', `there is no join token "${id}"; see: hostler token list`)
    return {
      result: undefined,
      changes: [{ kind: 'putToken', token: { ...token, revoked: true } }, event(context, 'info', 'TokenRevoked', `token/${id}`, 'by hand')],
    }
  })

/** The token of an enrolment, if it may be used now. Errors: TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_EXHAUSTED. */
export const checkToken = (facts: Facts, id: string, secret: string, nowUnixMs: number): TokenRecord => {
  const token = facts.tokens.get(id)
  if (!token || token.revoked || !sameDigest(token.secretSha256Hex, sha256Hex(secret))) {
    throw new HostlerError('TOKEN_INVALID', 'the join token is unknown here or was revoked; create one with: hostler token create')
  }
  if (token.expiresUnixMs <= nowUnixMs) {
    throw new HostlerError(
      'TOKEN_EXPIRED',
      `the join token ended at ${new Date(token.expiresUnixMs).toISOString()}; create one with: hostler token create`,
    )
  }
  if (token.usesLeft <= 0) {
    throw new HostlerError(
      'TOKEN_EXHAUSTED',
      'the join token was used as often as it may be; create one with: hostler token create --uses N',
    )
  }
  return token
}
