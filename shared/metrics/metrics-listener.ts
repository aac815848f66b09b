import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HostlerError, messageOf } from '../errors/hostler-error.ts'
import { joinAddress } from '../identity/address.ts'
import { contentType } from './exposition.ts'

export interface MetricsListener extends AsyncDisposable {
  readonly address: AddressInfo
}

/**
 * /metrics on an address of its own, meant for the loopback: it asks for no credentials and answers nothing else. Throws
 * PORT_TAKEN.
 */
export const startMetricsListener = async (
  listen: { readonly host: string; readonly port: number },
  write: () => string,
): Promise<MetricsListener> => {
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, (request, response) => {
    const found = request.method === 'GET' && request.url?.split('?')[0] === '/metrics'
    response.writeHead(found ? 200 : 404, { 'content-type': contentType })
    response.end(found ? write() : 'only GET /metrics is here\n')
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(listen, resolve)
  try {
    await promise
  } catch (error) {
    throw new HostlerError(
      'PORT_TAKEN',
      `cannot listen on ${joinAddress(listen.host, listen.port)} for /metrics: ${messageOf(error)}; free the port or choose another in the configuration`,
      { cause: error },
    )
  }
  return {
    address: server.address() as AddressInfo,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((done) => server.close(() => done()))
      server.closeAllConnections()
      await closed
    },
  }
}
