import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HostlerError, messageOf } from '../errors/hostler-error.ts'
import { joinAddress } from '../identity/address.ts'

export interface HealthServerOptions {
  readonly host: string
  readonly port: number
  /** An empty string when ready, else why not. */
  readonly notReady: () => string
}

/** GET /healthz (the process answers) and /readyz (it can do its work). Nothing else, and no secrets. Throws PORT_TAKEN. */
export const startHealthServer = async ({
  host,
  port,
  notReady,
}: HealthServerOptions): Promise<AsyncDisposable & { readonly port: number }> => {
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, (request, response) => {
    const reply = (status: number, text: string) => response.writeHead(status, { 'content-type': 'text/plain' }).end(`${text}\n`)
    if (request.url === '/healthz') return reply(200, 'ok')
    if (request.url !== '/readyz') return reply(404, 'not found')
    const why = notReady()
    return why ? reply(503, why) : reply(200, 'ready')
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(port, host, resolve)
  try {
    await promise
  } catch (error) {
    throw new HostlerError(
      'PORT_TAKEN',
      `cannot listen on ${joinAddress(host, port)}: ${messageOf(error)}; free the port or choose another in the configuration`,
      { cause: error },
    )
  }
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      const closed = Promise.withResolvers<void>()
      server.close(() => closed.resolve())
      server.closeAllConnections()
      await closed.promise
    },
  }
}
