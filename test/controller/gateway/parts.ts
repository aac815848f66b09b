import { hash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { GatewaySettingsInput } from '../../../controller/gateway/config.ts'
import { type Gateway, type GatewayOptions, startGateway } from '../../../controller/gateway/gateway.ts'
import type { ApiKeyRecord, Endpoint, Route, Snapshot } from '../../../shared/fleet/membership.ts'

/** An HTTP server in the place of an engine. */
export interface Upstream extends AsyncDisposable {
  readonly origin: string
  readonly port: number
  readonly server: Server
  /** Requests that reached it, in order. */
  readonly requests: { readonly request: IncomingMessage; readonly body: Buffer }[]
  /** Breaks every connection and listens no longer, as kill -9 does. */
  kill(): Promise<void>
}

export type Answer = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void | Promise<void>

export const readAll = async (stream: AsyncIterable<Buffer>): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export const echo: Answer = (_request, response, body) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(body)
}

export const startUpstream = async (answer: Answer = echo, port = 0): Promise<Upstream> => {
  const requests: Upstream['requests'] = []
  const listener: RequestListener = (request, response) => {
    response.on('error', () => {})
    readAll(request).then(
      (body) => {
        requests.push({ request, body })
        return answer(request, response, body)
      },
      () => {},
    )
  }
  const server = createServer(listener)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const { port: bound } = server.address() as AddressInfo
  const kill = async () => {
    if (!server.listening) return
    const closed = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await closed
  }
  return { origin: `http://127.0.0.1:${bound}`, port: bound, server, requests, kill, [Symbol.asyncDispose]: kill }
}

export const secret = 'sk-test-key'

export const keyRecord = (over: Partial<ApiKeyRecord> & { readonly secret?: string } = {}): ApiKeyRecord => {
  const { secret: plain = secret, ...rest } = over
  return {
    id: 'key-1',
    sha256Hex: hash('sha256', plain, 'hex'),
    tenant: 'team',
    models: [],
    tokensPerMinute: 0,
    priority: 0,
    expiresUnixMs: 0,
    ...rest,
  }
}

export const endpoint = (replicaId: string, origin: string, over: Partial<Endpoint> = {}): Endpoint => ({
  replicaId,
  origin,
  apiKey: 'replica-secret',
  draining: false,
  revision: 1,
  maxConcurrent: 0,
  weight: 1,
  ...over,
})

export const route = (endpoints: readonly Endpoint[], over: Partial<Route> = {}): Route => ({
  deployment: 'chat',
  models: ['m'],
  endpoints,
  holdMs: 5_000,
  maxQueue: 100,
  maxQueueBytes: 0,
  tokensPerMinute: 0,
  routing: 'leastOutstanding',
  ...over,
})

export const snapshot = (version: number, routes: readonly Route[], keys: readonly ApiKeyRecord[] = [keyRecord()]): Snapshot => ({
  version,
  routes,
  keys,
})

/** A gateway on the loopback with the membership given. */
export const gatewayWith = async (
  first: Snapshot | undefined,
  settings: GatewaySettingsInput = {},
  options: GatewayOptions = {},
): Promise<Gateway> => {
  const gateway = await startGateway({ ...options, settings: { ...settings, listen: { host: '127.0.0.1', port: 0, ...settings.listen } } })
  if (first) gateway.apply(first)
  return gateway
}

export const url = (gateway: Gateway, path = '/v1/chat/completions'): string => `http://127.0.0.1:${gateway.address.port}${path}`

/** A POST of JSON with the test's key. */
export const post = (
  gateway: Gateway,
  body: unknown = { model: 'm' },
  init: RequestInit & { readonly path?: string } = {},
): Promise<Response> => {
  const { path, headers, ...rest } = init
  return fetch(url(gateway, path), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}`, ...(headers as Record<string, string> | undefined) },
    body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
    ...rest,
  })
}

/** Waits until the condition holds; fails after deadlineMs. */
export const until = async (what: string, condition: () => boolean | Promise<boolean>, deadlineMs = 10_000): Promise<void> => {
  const end = performance.now() + deadlineMs
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** A client that speaks bytes. */
export interface RawClient extends Disposable {
  readonly socket: Socket
  readonly received: () => string
  readonly closed: () => boolean
  /** How the connection ended: by a reset, or by a FIN. */
  readonly reset: () => boolean
}

export const rawClient = async (gateway: Gateway): Promise<RawClient> => {
  const socket = connect(gateway.address.port, '127.0.0.1')
  let text = ''
  let closed = false
  let reset = false
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    reset ||= error.code === 'ECONNRESET'
  })
  socket.on('close', () => {
    closed = true
  })
  await once(socket, 'connect')
  return { socket, received: () => text, closed: () => closed, reset: () => reset, [Symbol.dispose]: () => socket.destroy() }
}

export const rawPost = (body: string, extra = ''): string =>
  `POST /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer ${secret}\r\nContent-Type: application/json\r\n${extra}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

export const total = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, count) => sum + count, 0)
