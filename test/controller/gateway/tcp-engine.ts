import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'

/** A server of bare TCP in the place of an engine that misbehaves below HTTP. */
export const startTcp = async (onConnection: (socket: Socket) => void): Promise<{ readonly origin: string } & AsyncDisposable> => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    onConnection(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
