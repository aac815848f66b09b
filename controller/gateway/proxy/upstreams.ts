import { Pool } from 'undici'
import type { GatewaySettings } from '../config.ts'

/**
 * Connections to one replica: as many as it has requests, one request at a time on each, closed when idle before the engine does.
 * Time limits on answers are the attempt's own, so undici's are off.
 */
export const connectUpstream = (origin: string, timeouts: GatewaySettings['timeouts']): Pool =>
  new Pool(origin, {
    connections: null,
    pipelining: 1,
    connect: { timeout: timeouts.connectMs },
    keepAliveTimeout: timeouts.upstreamKeepAliveMs,
    keepAliveMaxTimeout: timeouts.upstreamKeepAliveMs,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: 64 * 1024,
  })
