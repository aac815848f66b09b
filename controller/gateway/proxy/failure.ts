import { errnoOf } from '../../../shared/errors/hostler-error.ts'
import type { FailureKind } from '../balance/health.ts'

/** Why a request got no answer from a replica. garbage: what came back is not HTTP. unsendable: the request cannot be written as HTTP. */
export type Failure = Exclude<FailureKind, 'status'> | 'garbage' | 'unsendable'

/** What undici's error before the first byte means. `sent`: the connection stood and the request was written to it. */
export const failureOf = (error: unknown, sent: boolean): Failure => {
  const code = errnoOf(error)
  if (!sent) return code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED' ? 'unsendable' : 'connect'
  const unreadable = error instanceof Error && error.name === 'HTTPParserError'
  return unreadable || code === 'UND_ERR_HEADERS_OVERFLOW' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' ? 'garbage' : 'reset'
}

/**
 * What to do about a request that failed before its first byte. Pure.
 * again: another replica, or the line until there is one. A refused connection and an engine that is still loading have not seen
 * the request, so they cost no attempt: only the time in line bounds them.
 */
export const afterFailedAttempt = (
  failure: Failure,
  attempts: number,
  maxAttempts: number,
  payForRetry: () => boolean,
): 'again' | 'give-up' => {
  if (failure === 'connect' || failure === 'unready') return 'again'
  if (failure !== 'reset' || attempts >= maxAttempts) return 'give-up'
  return payForRetry() ? 'again' : 'give-up'
}

/** How the failure counts against the replica, if it does. Garbage is as bad as a 502. */
export const healthFailureOf = (failure: Failure): FailureKind | undefined => {
  if (failure === 'unsendable') return undefined
  return failure === 'garbage' ? 'status' : failure
}
