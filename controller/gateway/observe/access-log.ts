import type { Log } from '../../../shared/log/log.ts'
import type { Exchange } from '../http/exchange.ts'

const round = (ms: number): number => Math.round(ms * 10) / 10

/** One line for a request that ended. Good ones are sampled; whatever went wrong is always told. `random` is in [0, 1). */
export const logAccess = (log: Log, exchange: Exchange, nowMs: number, sample: number, random: number): void => {
  const { request, response, outcome } = exchange
  const well = outcome === 'answered' && response.statusCode < 500
  if (well && random >= sample) return
  const fields = {
    requestId: exchange.id,
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
