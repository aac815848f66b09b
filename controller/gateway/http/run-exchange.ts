import { HostlerError, messageOf } from '../../../shared/errors/hostler-error.ts'
import type { Ending } from '../../../shared/fleet/traffic.ts'
import { logAccess } from '../observe/access-log.ts'
import type { Outcome } from '../observe/metrics.ts'
import type { ClientRequest } from './client-request.ts'
import type { Exchange } from './exchange.ts'
import { type ServeDeps, serve } from './serve.ts'

const maxDiscardedBytes = 128 * 1024 * 1024

/** The limit on everything together: an answer that has begun is broken off, any other gets an error. */
const expire = (exchange: Exchange, totalMs: number): void => {
  exchange.reason = `the whole request took longer than ${totalMs} ms (gateway.timeouts.totalMs)`
  exchange.outcome = exchange.response.headersSent ? 'cut' : 'failed'
  exchange.fail(
    new HostlerError(
      'UPSTREAM_TIMEOUT',
      `The request was not answered within the ${totalMs} ms that one may take in all (gateway.timeouts.totalMs).`,
    ),
  )
  exchange.leave()
}

/** The rest of a body that nobody wants is read and dropped, within reason, so that the client gets to read the answer. */
const discardRest = (request: ClientRequest): void => {
  let left = maxDiscardedBytes
  request.pour({
    chunk: (bytes) => {
      left -= bytes.length
      if (left < 0) request.socket.destroy()
    },
    end: () => {},
  })
}

/** Serves one exchange until its connection is done with it, then counts and logs it. Never rejects. */
export const runExchange = async (deps: ServeDeps, exchange: Exchange): Promise<void> => {
  const { totalMs } = deps.settings.timeouts
  exchange.expiresAtTick = deps.ticks.after(totalMs)
  exchange.onExpire = () => expire(exchange, totalMs)
  try {
    await serve(deps, exchange)
    if (!exchange.gone) exchange.outcome ??= 'answered'
  } catch (thrown) {
    // Of a request that waited in vain: why it came back to the line.
    const before = exchange.reason
    exchange.reason = messageOf(thrown)
    if (before !== undefined && !exchange.reason.includes(before)) exchange.reason += ` Before that: ${before}.`
    exchange.outcome ??= thrown instanceof HostlerError && thrown.httpStatus < 500 ? 'refused' : 'failed'
    if (!(thrown instanceof HostlerError)) deps.log.error('the gateway failed on a request', { requestId: exchange.id, error: thrown })
    exchange.fail(thrown)
  }
  if (!exchange.request.complete) discardRest(exchange.request)
  await exchange.closed
  record(deps, exchange)
}

const endingOf = ({ stalled }: Exchange, outcome: Outcome, status: number): Ending => {
  if (outcome === 'client_gone' || stalled) return 'cancelled'
  if (outcome === 'cut') return 'cut'
  if (outcome === 'refused') return status === 429 ? 'refused429' : 'clientError'
  if (outcome === 'failed') return status === 503 ? 'refused503' : 'upstreamError'
  return status < 400 ? 'ok' : status < 500 ? 'clientError' : 'upstreamError'
}

const record = (deps: ServeDeps, exchange: Exchange): void => {
  const { metrics, clock, settings } = deps
  const outcome = exchange.outcome === undefined || (exchange.outcome === 'answered' && exchange.gone) ? 'client_gone' : exchange.outcome
  exchange.outcome = outcome
  const nowMs = clock.monotonicMs()
  const durationMs = nowMs - exchange.startedMs
  const status = exchange.response.headersSent ? exchange.response.statusCode : 0
  if (exchange.quiet && outcome === 'answered') return
  metrics.requests.add(exchange.model, exchange.key?.tenant ?? '', String(status), outcome)
  metrics.duration.observe(exchange.model, durationMs / 1000)
  if (exchange.deployment !== '')
    (exchange.traffic ?? deps.traffic.of(exchange.deployment, 0)).end(endingOf(exchange, outcome, status), durationMs)
  logAccess(deps.log, exchange, nowMs, settings.accessLog.sample, Math.random())
}
