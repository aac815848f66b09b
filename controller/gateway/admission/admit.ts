import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { ApiKeyRecord, Route } from '../../../shared/fleet/membership.ts'
import { UsageTail } from '../proxy/usage-tail.ts'
import { estimateTokens, type TokenEstimate } from './estimate-tokens.ts'
import type { LimitClaim, RateLimits } from './rate-limits.ts'
import type { TokenClaim, TokenHold, TokenLimits } from './token-limits.ts'

export interface Limits {
  readonly requests: RateLimits
  readonly tokens: TokenLimits
}

/** What a request was charged, and what is needed to put it right at its end. */
export interface TokenCharge {
  readonly estimate: TokenEstimate
  readonly hold: TokenHold
  /** The end of its answer goes by here. */
  readonly tail: UsageTail
}

const keyId = ({ id }: ApiKeyRecord): string => `key:${id}`
const deploymentId = (deployment: string): string => `deployment:${deployment}`

/** Names of all buckets that a membership may need. */
export const bucketIds = (keys: readonly ApiKeyRecord[], routes: readonly Route[]): ReadonlySet<string> =>
  new Set([...keys.map(keyId), ...routes.map(({ deployment }) => deploymentId(deployment))])

/**
 * Lets a request pass all limits of its key and its deployment, or none. Undefined when no limit is in tokens.
 * @throws HostlerError RATE_LIMITED
 */
export const admit = (
  limits: Limits,
  key: ApiKeyRecord,
  route: Route,
  request: { readonly body: Buffer; readonly url: string },
  nowMs: number,
): TokenCharge | undefined => {
  const charge = key.tokensPerMinute > 0 || route.tokensPerMinute > 0 ? chargeTokens(limits.tokens, key, route, request, nowMs) : undefined
  if (!key.rateLimit && !route.rateLimit) return charge
  const claims: LimitClaim[] = []
  if (key.rateLimit) claims.push({ id: keyId(key), limit: key.rateLimit })
  if (route.rateLimit) claims.push({ id: deploymentId(route.deployment), limit: route.rateLimit })
  const verdict = limits.requests.admit(claims, nowMs)
  if (verdict.admitted) return charge
  charge?.hold.settle(0, nowMs)
  const { limit, id } = verdict.claim
  throw limited(id, key, route, `${limit.requestsPerSecond} requests a second (${limit.burst} at once)`, '', verdict.retryAfterMs)
}

const chargeTokens = (
  limits: TokenLimits,
  key: ApiKeyRecord,
  route: Route,
  { body, url }: { readonly body: Buffer; readonly url: string },
  nowMs: number,
): TokenCharge => {
  const claims: TokenClaim[] = []
  if (key.tokensPerMinute > 0) claims.push({ id: keyId(key), tokensPerMinute: key.tokensPerMinute })
  if (route.tokensPerMinute > 0) claims.push({ id: deploymentId(route.deployment), tokensPerMinute: route.tokensPerMinute })
  const estimate = estimateTokens(body, url)
  const { promptTokens, outputTokens } = estimate
  const verdict = limits.admit(claims, promptTokens + outputTokens, nowMs)
  if (verdict.admitted) return { estimate, hold: verdict.hold, tail: new UsageTail() }
  const { id, tokensPerMinute } = verdict.claim
  const guess = ` This request may cost ${promptTokens + outputTokens}: about ${promptTokens} for its body, up to ${outputTokens} for its answer.`
  throw limited(id, key, route, `${tokensPerMinute} tokens a minute`, guess, verdict.retryAfterMs)
}

const limited = (id: string, key: ApiKeyRecord, route: Route, limit: string, guess: string, retryAfterMs: number): HostlerError => {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000))
  const whose = id.startsWith('key:') ? `API key '${key.id}'` : `deployment '${route.deployment}'`
  const advice = guess === '' ? '' : ', or ask for fewer tokens (max_tokens)'
  return new HostlerError('RATE_LIMITED', `The limit of ${whose} is ${limit}.${guess} Try again in ${seconds} s${advice}.`, {
    fields: { retryAfterSeconds: seconds },
  })
}

/** How an exchange ended, as far as its charge is concerned. */
export interface Ended {
  /** Of the answer; 0: none was begun. */
  readonly status: number
  /** Engines that took it in. */
  readonly attempts: number
  readonly bytesOut: number
}

/**
 * The tokens that a request is charged in the end: what the engine reports; without a report what was sent, and never more than was estimated. What
 * no engine took in, and what ended in an error, costs nothing. Pure.
 */
export const usedTokens = ({ estimate, tail }: Pick<TokenCharge, 'estimate' | 'tail'>, { status, attempts, bytesOut }: Ended): number => {
  const { promptTokens, outputTokens } = estimate
  if (attempts === 0 || status >= 400) return 0
  const usage = tail.read()
  if (usage) return usage.totalTokens ?? (usage.promptTokens ?? promptTokens) + (usage.outputTokens ?? 0)
  return promptTokens + Math.min(outputTokens, Math.ceil(bytesOut / 4))
}
