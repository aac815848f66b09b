import type { Socket } from 'node:net'
import { Pool } from 'undici'
import type { GatewaySettings } from '../config.ts'

/** Where the kernel puts what replicas send, for one connection after the other. */
const inbox = Buffer.allocUnsafeSlow(64 * 1024)

/** What was read, as long as it is: Node would take 64 KiB from the allocator for each read, and give most of them back. */
function pushCopy(this: Socket, length: number): boolean {
  const bytes = Buffer.allocUnsafe(length)
  inbox.copy(bytes, 0, 0, length)
  return this.push(bytes)
}

/** Typed without `this`, although Node calls it on the socket. */
const onread = { buffer: inbox, callback: pushCopy as (length: number) => boolean }

/**
 * Connections to one replica: as many as it has requests, one request at a time on each, closed when idle before the engine does.
 * Time limits on answers are the attempt's own, so undici's are off.
 */
export const connectUpstream = (origin: string, timeouts: GatewaySettings['timeouts']): Pool =>
  new Pool(origin, {
    connections: null,
    pipelining: 1,
    connect: { timeout: timeouts.connectMs, ...(origin.startsWith('http:') && { onread }) },
    keepAliveTimeout: timeouts.upstreamKeepAliveMs,
    keepAliveMaxTimeout: timeouts.upstreamKeepAliveMs,
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: 64 * 1024,
  })
