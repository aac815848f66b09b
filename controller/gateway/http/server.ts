import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { errnoOf, messageOf } from '../../../shared/errors/hostler-error.ts'
import type { GatewaySettings } from '../config.ts'
import { Exchange } from './exchange.ts'
import { requestIdFrom } from './headers.ts'

export interface ServerOptions {
  readonly settings: GatewaySettings
  readonly nowMs: () => number
  /** Takes the exchange from its head until its connection is done with it. Must not reject. */
  readonly handle: (exchange: Exchange) => Promise<void>
}

/** How long a connection that never asked anything may hold up the end of the gateway. */
const silentGraceMs = 1_000

const statusOf = (error: Error): readonly [status: number, text: string, message: string] => {
  switch (errnoOf(error)) {
    case 'HPE_HEADER_OVERFLOW':
      return [431, 'Request Header Fields Too Large', 'The headers of the request are too large.']
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [408, 'Request Timeout', 'The request did not arrive in time.']
    default:
      return [400, 'Bad Request', `The request is not valid HTTP: ${messageOf(error)}.`]
  }
}

/** What cannot be parsed is answered in OpenAI's shape all the same, unless an answer is under way on the connection. */
const answerClientError = (error: Error, socket: Socket, busy: boolean): void => {
  if (busy || !socket.writable || errnoOf(error) === 'ECONNRESET') {
    socket.destroy()
    return
  }
  const [status, text, message] = statusOf(error)
  const body = JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: 'bad_request' } })
  socket.end(
    `HTTP/1.1 ${status} ${text}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    () => socket.destroy(),
  )
}

/** The side that faces clients: Node's HTTP parser, one exchange per request, and the news when a client leaves. */
export class ClientSide {
  readonly server: Server
  readonly #options: ServerOptions
  readonly #connections = new Map<Socket, Set<Exchange>>()
  #tickets = 0
  #open = 0
  #closing = false

  constructor(options: ServerOptions) {
    this.#options = options
    const { timeouts, maxHeaderBytes } = options.settings
    this.server = createServer({
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: timeouts.requestHeadMs,
      requestTimeout: timeouts.requestMs,
      keepAliveTimeout: timeouts.clientKeepAliveMs,
      connectionsCheckingInterval: 1_000,
      insecureHTTPParser: false,
    })
    this.server.on('connection', (socket: Socket) => this.#accept(socket))
    this.server.on('request', (request: IncomingMessage, response: ServerResponse) => this.#begin(request, response))
    this.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => this.#begin(request, response))
    this.server.on('clientError', (error: Error, socket: Socket) =>
      answerClientError(error, socket, (this.#connections.get(socket)?.size ?? 0) > 0),
    )
  }

  /** Exchanges that have not ended. */
  get open(): number {
    return this.#open
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

  /** From now on each connection ends with the answer that is under way on it. */
  endConnections(): void {
    this.#closing = true
    for (const exchanges of this.#connections.values())
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
    for (const socket of this.#connections.keys()) socket.destroy()
  }

  /** Connections on which nothing was asked, not even lately. */
  #closeSilent(): void {
    for (const [socket, exchanges] of this.#connections) if (exchanges.size === 0) socket.destroy()
  }

  #accept(socket: Socket): void {
    const exchanges = new Set<Exchange>()
    this.#connections.set(socket, exchanges)
    socket.once('close', () => {
      this.#connections.delete(socket)
      // Answers that stood behind another one on this connection never had it, and hear nothing of its end themselves.
      for (const exchange of exchanges) exchange.close()
    })
  }

  #begin(request: IncomingMessage, response: ServerResponse): void {
    const exchange = new Exchange(request, response, requestIdFrom(request.headers['x-request-id']), ++this.#tickets, this.#options.nowMs())
    const exchanges = this.#connections.get(request.socket)
    exchanges?.add(exchange)
    this.#open++
    if (this.#closing) response.shouldKeepAlive = false
    response.once('close', () => exchange.close())
    // A client that breaks the connection while an answer is written is an event like any other.
    response.on('error', () => {})
    this.#options.handle(exchange).finally(() => {
      exchanges?.delete(exchange)
      this.#open--
      if (this.#closing) this.server.closeIdleConnections()
    })
  }
}
