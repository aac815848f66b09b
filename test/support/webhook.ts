import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Post {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A real web server that takes what is posted to it. */
export interface Webhook extends AsyncDisposable {
  readonly url: string
  /** In the order in which they came, also those that were refused. */
  readonly posts: readonly Post[]
  /** What it answers from now on; 0: it takes the request and never answers. */
  status: number
}

export const startWebhook = async (): Promise<Webhook> => {
  const posts: Post[] = []
  const server = createServer((request, response) => {
    const pieces: Buffer[] = []
    request.on('data', (piece: Buffer) => pieces.push(piece))
    request.on('end', () => {
      posts.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(pieces).toString() })
      if (hook.status !== 0) response.writeHead(hook.status, { 'content-type': 'text/plain' }).end(hook.status < 300 ? 'taken' : 'not now')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const hook = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    posts,
    status: 200,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return hook
}
