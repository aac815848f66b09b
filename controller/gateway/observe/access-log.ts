import type { Log } from '../../../shared/log/log.ts'
import type { Exchange } from '../http/exchange.ts'

const round = (ms: number): number => Math.round(ms * 10) / 10

/** Of a W3C trace context that the client sent and the engine got: the request's line can be found from the trace. */
const traceIdOf = (rawHeaders: readonly string[]): string | undefined => {
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'traceparent')
  return at === -1 ? undefined : /^[0-9a-f]{2}-([0-9a-f]{32})-/.exec(rawHeaders[at + 1] ?? '')?.[1]
}

/** One line for a request that ended. Good ones are sampled; whatever went wrong is always told. `random` is in [0, 1). */
export const logAccess = (log: Log, exchange: Exchange, nowMs: number, sample: number, random: number): void => {
  const { request, response, outcome } = exchange
  const well = outcome === 'answered' && response.statusCode < 500
  if (well && random >= sample) return
  const fields = {
    requestId: exchange.id,
    traceId: traceIdOf(request.rawHeaders),
    method: request.method,
    path: (request.url ?? '').split('?', 1)[0]?.slice(0, 200),
    status: response.headersSent ? response.statusCode : 0,
    outcome,
    model: exchange.model,
    deployment: exchange.deployment,
    replica: exchange.replicaId,
    keyId: exchange.key?.id,
    tenant: exchange.key?.tenant,
    attempts: exchange.attempts,
    queuedMs: round(exchange.queuedMs),
    firstByteMs: exchange.firstByteMs === undefined ? undefined : round(exchange.firstByteMs),
    durationMs: round(nowMs - exchange.startedMs),
    bytesIn: exchange.bytesIn,
    bytesOut: exchange.bytesOut,
    client: request.socket.remoteAddress,
    reason: exchange.reason,
  }
  if (well || outcome === 'refused' || outcome === 'client_gone') log.info('request', fields)
  else log.warn('request', fields)
}
