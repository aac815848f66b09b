import type { Clock } from '../../../shared/clock/clock.ts'
import { HostlerError, messageOf } from '../../../shared/errors/hostler-error.ts'
import { anonymous } from '../admission/authenticate.ts'
import { estimateTokens } from '../admission/estimate-tokens.ts'
import type { Lease } from '../balance/replica.ts'
import type { RetryBudget } from '../balance/retry-budget.ts'
import { prefixHash } from '../body/prefix.ts'
import type { GatewaySettings } from '../config.ts'
import type { Exchange } from '../http/exchange.ts'
import type { GatewayMetrics } from '../observe/metrics.ts'
import type { TrafficCounters } from '../observe/traffic.ts'
import type { Assigner, Claim } from '../queue/assigner.ts'
import { Attempt, type AttemptEnd } from './attempt.ts'
import { afterFailedAttempt, healthFailureOf } from './failure.ts'
import type { Ticks } from './ticks.ts'

export interface ProxyDeps {
  readonly settings: GatewaySettings
  readonly clock: Clock
  readonly budget: RetryBudget
  readonly metrics: GatewayMetrics
  readonly traffic: TrafficCounters
  readonly ticks: Ticks
}

const gaveUp = (end: Extract<AttemptEnd, { kind: 'failed' }>, exchange: Exchange): HostlerError => {
  const cause = messageOf(end.cause)
  switch (end.failure) {
    case 'unsendable':
      return new HostlerError('ARGUMENT_INVALID', `The request cannot be passed on: ${cause}.`, { cause: end.cause })
    case 'timeout':
      return new HostlerError(
        'UPSTREAM_TIMEOUT',
        `Replica '${exchange.replicaId}' of '${exchange.deployment}' did not answer in time: ${cause}.`,
        { cause: end.cause },
      )
    case 'garbage':
      return new HostlerError(
        'UPSTREAM_FAILED',
        `Replica '${exchange.replicaId}' of '${exchange.deployment}' answered with something that is not HTTP.`,
        { cause: end.cause },
      )
    default:
      return new HostlerError(
        'UPSTREAM_FAILED',
        `Replica '${exchange.replicaId}' of '${exchange.deployment}' broke the connection before it answered (${cause}), after ${exchange.attempts} attempts. Try again; 'hostler describe deployment ${exchange.deployment}' says what its replicas do.`,
        { cause: end.cause },
      )
  }
}

/**
 * Sends one request to a replica and its answer to the client; again elsewhere when it failed before the first byte. Resolves when
 * the exchange has an outcome.
 * @throws HostlerError of the line and of the last attempt, when nothing was sent to the client yet
 */
export const proxy = async (exchange: Exchange, assigner: Assigner, body: Buffer, deps: ProxyDeps): Promise<void> => {
  const { settings, clock, budget, metrics } = deps
  const { tenant, priority } = exchange.key ?? anonymous
  const affinity = assigner.byPrefix ? prefixHash(body) : 0
  const claim: Claim = { ticket: exchange.ticket, tenant, priority, affinity, bytes: body.length, tried: new Map(), waitedMs: 0 }
  budget.earn()
  while (!exchange.gone) {
    const lease = assigner.take(claim) ?? (await waitInLine(exchange, assigner, claim, body, metrics))
    if (!lease) return
    const end = await attemptAt(lease, exchange, assigner, body, deps)
    if (end.kind === 'complete') {
      exchange.outcome = 'answered'
      return
    }
    if (end.kind === 'abandoned') return
    exchange.reason = messageOf(end.cause)
    if (end.kind === 'cut') {
      exchange.outcome = 'cut'
      exchange.stalled = end.failure === undefined
      metrics.cuts.add(exchange.model)
      exchange.breakOff()
      return
    }
    if (afterFailedAttempt(end.failure, exchange.attempts, settings.retry.maxAttempts, () => budget.spend()) === 'give-up')
      throw gaveUp(end, exchange)
    metrics.retries.add(exchange.model, end.failure)
    exchange.traffic?.retry()
    const { id, health } = lease.replica
    const pausedUntilMs = clock.monotonicMs() + settings.retry.pauseMs
    // A hard rest holds for everybody and may end early; a soft one is no bar to others.
    claim.tried.set(id, health.ejected === 'soft' ? Math.max(health.untilMs, pausedUntilMs) : pausedUntilMs)
  }
}

const waitInLine = async (
  exchange: Exchange,
  assigner: Assigner,
  claim: Claim,
  body: Buffer,
  metrics: GatewayMetrics,
): Promise<Lease | undefined> => {
  exchange.whenGone(() => assigner.leave(claim))
  try {
    const lease = await assigner.wait(claim, claim.tried.size > 0 ? 0 : costOf(exchange, body))
    if (!exchange.gone) return lease
    lease?.release()
    return undefined
  } finally {
    exchange.whenGone(undefined)
    exchange.queuedMs = claim.waitedMs
    metrics.queueWait.observe(exchange.model, claim.waitedMs / 1000)
  }
}

/** What tenants share while they wait. */
const costOf = ({ request }: Exchange, body: Buffer): number => {
  const { promptTokens, outputTokens } = estimateTokens(body, request.url ?? '')
  return promptTokens + outputTokens
}

const attemptAt = async (lease: Lease, exchange: Exchange, assigner: Assigner, body: Buffer, deps: ProxyDeps): Promise<AttemptEnd> => {
  const { replica } = lease
  const { request, response } = exchange
  const traffic = deps.traffic.of(exchange.deployment, replica.endpoint.revision)
  exchange.replicaId = replica.id
  exchange.traffic = traffic
  const { metrics, clock, settings, ticks } = deps
  let answered = 0
  let lastMs = 0
  const attempt = new Attempt(
    { id: exchange.id, method: request.method ?? 'GET', url: request.url ?? '/', rawHeaders: request.rawHeaders, body },
    response,
    { firstByte: settings.timeouts.firstByteMs, idle: settings.timeouts.idleMs, clientStall: settings.timeouts.clientStallMs },
    ticks,
    {
      connected: () => {
        exchange.attempts++
        assigner.connected(replica)
      },
      head: () => {
        replica.signs++
      },
      answered: (status) => {
        answered = status
        if (status === 502 || status === 504) assigner.failed(replica, 'status')
        else assigner.answered(replica)
      },
      firstByte: () => {
        exchange.firstByteMs = clock.monotonicMs() - exchange.startedMs
        metrics.firstByte.observe(exchange.model, exchange.firstByteMs / 1000)
        if (answered < 400) traffic.firstByte(exchange.firstByteMs)
      },
      bytes: (chunk) => {
        const nowMs = clock.monotonicMs()
        if (lastMs !== 0) metrics.interChunk.observe(exchange.model, (nowMs - lastMs) / 1000)
        lastMs = nowMs
        replica.signs++
        exchange.bytesOut += chunk.length
        exchange.charge?.tail.keep(chunk)
      },
    },
  )
  exchange.attempt = attempt
  exchange.whenGone(() => attempt.abandon())
  traffic.begin()
  try {
    const end = await attempt.run(replica)
    const failure = end.kind === 'failed' || end.kind === 'cut' ? end.failure && healthFailureOf(end.failure) : undefined
    if (failure) assigner.failed(replica, failure)
    return end
  } finally {
    exchange.attempt = undefined
    exchange.whenGone(undefined)
    traffic.leave()
    lease.release()
  }
}
