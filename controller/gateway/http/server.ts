import { createServer, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'
import { errnoOf } from '../../../shared/errors/hostler-error.ts'
import type { GatewaySettings } from '../config.ts'
import { type Certificate, minVersion } from './certificate.ts'
import { answerAndEnd, clientErrorAnswer, connectRefused } from './client-error.ts'
import { ClientRequest } from './client-request.ts'
import { Exchange } from './exchange.ts'
import { requestIdFrom } from './headers.ts'

export interface ServerOptions {
  readonly settings: GatewaySettings
  readonly nowMs: () => number
  /** HTTPS with it; without one, HTTP. */
  readonly certificate?: Certificate | undefined
  /** Takes the exchange from its head until its connection is done with it. Must not reject. */
  readonly handle: (exchange: Exchange) => Promise<void>
}

/** How long a connection that never asked anything may hold up the end of the gateway. */
const silentGraceMs = 1_000

const secure = ({ certPem, keyPem }: Certificate) => ({ cert: certPem, key: keyPem, minVersion }) as const

const addressOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`

/** A client's connection. */
interface Connection {
  /** Those that have not ended. */
  readonly exchanges: Set<Exchange>
  /** It ends with what is under way: nothing that comes after it is a request. */
  last: boolean
  /** What came last on it is no HTTP. */
  broken: boolean
}

/** The side that faces clients: Node's HTTP parser, one exchange per request, and the news when a client leaves. */
export class ClientSide {
  readonly server: Server
  readonly #options: ServerOptions
  readonly #connections = new Map<Socket, Connection>()
  /** With TLS: connections that have not shaken hands, by the client's address. */
  readonly #strangers = new Map<string, Socket>()
  #tickets = 0
  #open = 0
  #closing = false

  constructor(options: ServerOptions) {
    this.#options = options
    const { timeouts, maxHeaderBytes } = options.settings
    const http = {
      IncomingMessage: ClientRequest,
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: timeouts.requestHeadMs,
      requestTimeout: timeouts.requestMs,
      keepAliveTimeout: timeouts.clientKeepAliveMs,
      connectionsCheckingInterval: 1_000,
      insecureHTTPParser: false,
      // Refused like all else that is ambiguous, with a reason.
      requireHostHeader: false,
    }
    const { certificate } = options
    this.server = certificate
      ? createTlsServer({
          ...http,
          ...secure(certificate),
          ALPNProtocols: ['http/1.1'],
          handshakeTimeout: Math.max(1_000, timeouts.requestHeadMs),
        })
      : createServer(http)
    // Node would drop what is above its limit and pass on the rest; `refuse` has a limit of its own.
    this.server.maxHeadersCount = 0
    this.server.on(certificate ? 'secureConnection' : 'connection', (socket: Socket) => this.#accept(socket))
    if (certificate) this.server.on('connection', (socket: Socket) => this.#greet(socket))
    for (const event of ['request', 'checkContinue', 'checkExpectation'])
      this.server.on(event, (request: ClientRequest, response: ServerResponse) => this.#begin(request, response))
    this.server.on('connect', (_request: ClientRequest, socket: Socket) => this.#refuseTunnel(socket))
    this.server.on('clientError', (error: Error, socket: Socket) => this.#endBroken(error, socket))
  }

  /** Exchanges that have not ended. */
  get open(): number {
    return this.#open
  }

  /** Ends what has taken too long. */
  check(tick: number): void {
    for (const { exchanges } of this.#connections.values()) for (const exchange of exchanges) exchange.check(tick)
  }

  listen(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.server.once('error', reject)
    this.server.listen({ ...this.#options.settings.listen, backlog: 4096 }, () => {
      this.server.off('error', reject)
      resolve()
    })
    return promise
  }

  /** For connections from now on; those that are there keep theirs. */
  useCertificate(certificate: Certificate): void {
    ;(this.server as TlsServer).setSecureContext(secure(certificate))
  }

  /** From now on each connection ends with the answer that is under way on it. */
  endConnections(): void {
    this.#closing = true
    for (const { exchanges } of this.#connections.values())
      for (const { response } of exchanges) if (!response.headersSent) response.shouldKeepAlive = false
  }

  /** Stops listening and closes connections that are idle. Resolves when all others have closed as well. */
  async close(): Promise<void> {
    this.endConnections()
    // Right behind the poll for events, where all connections that the kernel had taken were accepted.
    await new Promise((resolve) => setImmediate(resolve))
    const { promise, resolve } = Promise.withResolvers<void>()
    this.server.close(() => resolve())
    const sweep = setInterval(() => this.#closeSilent(), silentGraceMs)
    await promise
    clearInterval(sweep)
  }

  /** Breaks every connection. */
  destroy(): void {
    this.server.closeAllConnections()
    for (const socket of [...this.#connections.keys(), ...this.#strangers.values()]) socket.destroy()
  }

  /** Connections on which nothing was asked, not even lately. */
  #closeSilent(): void {
    for (const [socket, { exchanges }] of this.#connections) if (exchanges.size === 0) socket.destroy()
    for (const socket of this.#strangers.values()) socket.destroy()
  }

  #greet(socket: Socket): void {
    const client = addressOf(socket)
    this.#strangers.set(client, socket)
    socket.once('close', () => this.#strangers.get(client) === socket && this.#strangers.delete(client))
  }

  #accept(socket: Socket): void {
    if (this.#options.certificate) this.#strangers.delete(addressOf(socket))
    const exchanges = new Set<Exchange>()
    this.#connections.set(socket, { exchanges, last: false, broken: false })
    socket.once('close', () => {
      this.#connections.delete(socket)
      // Answers that stood behind another one on this connection never had it, and hear nothing of its end themselves.
      for (const exchange of exchanges) exchange.close()
    })
  }

  /** What Node's parser cannot read has no end that could be known, so its connection ends; a request that it breaks gets to read why. */
  #endBroken(error: Error, socket: Socket): void {
    const connection = this.#connections.get(socket)
    const left = errnoOf(error) === 'ECONNRESET' || errnoOf(error) === 'HPE_INVALID_EOF_STATE'
    if (!connection || !socket.writable || left) {
      socket.destroy()
      return
    }
    if (connection.broken) return
    connection.broken = connection.last = true
    const [...exchanges] = connection.exchanges
    const newest = exchanges.at(-1)
    if (!newest) answerAndEnd(socket, clientErrorAnswer(error))
    else if (newest.request.complete || newest.response.writableEnded) {
      // Whole requests stood before it, and are answered.
      if (!newest.response.headersSent) newest.response.shouldKeepAlive = false
      newest.closed.then(() => socket.destroySoon())
    } else if (exchanges.length > 1 || newest.response.headersSent) socket.destroy()
    else newest.reject(clientErrorAnswer(error))
  }

  #refuseTunnel(socket: Socket): void {
    socket.on('error', () => {})
    if ((this.#connections.get(socket)?.exchanges.size ?? 0) > 0) socket.destroy()
    else answerAndEnd(socket.resume(), connectRefused)
  }

  #begin(request: ClientRequest, response: ServerResponse): void {
    const connection = this.#connections.get(request.socket)
    // Behind a request that was refused: nobody knows whether this was meant to be one, and its answer could not be sent.
    if (!connection || connection.last) return
    const { exchanges } = connection
    const exchange = new Exchange(request, response, requestIdFrom(request.head.requestId), ++this.#tickets, this.#options.nowMs())
    exchanges.add(exchange)
    this.#open++
    // Node drops what stands behind a request for an upgrade in one piece of input, and would read what comes next as a request.
    if (this.#closing || request.head.upgrade !== undefined) response.shouldKeepAlive = false
    response.once('close', () => exchange.close())
    // A client that breaks the connection while an answer is written is an event like any other.
    response.on('error', () => {})
    this.#options.handle(exchange).finally(() => {
      exchanges.delete(exchange)
      this.#open--
      if (this.#closing) this.server.closeIdleConnections()
    })
    connection.last ||= !response.shouldKeepAlive
  }
}
