import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface MetricsListener extends AsyncDisposable {
  readonly address: AddressInfo
}

/** /metrics on an address of its own, meant for the loopback: it asks for no credentials and answers nothing else. */
export const startMetricsListener = async (
  listen: { readonly host: string; readonly port: number },
  write: () => string,
): Promise<MetricsListener> => {
  const server = createServer((request, response) => {
    const found = request.method === 'GET' && request.url === '/metrics'
    response.writeHead(found ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4' })
    response.end(found ? write() : 'only GET /metrics is here\n')
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen(listen, resolve)
  await promise
  return {
    address: server.address() as AddressInfo,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((done) => server.close(() => done()))
      server.closeAllConnections()
      await closed
    },
  }
}
