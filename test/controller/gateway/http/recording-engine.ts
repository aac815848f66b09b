import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type Read, readRequests } from './strict-reader.ts'

/** An engine that keeps each byte it gets, reads it as strictly as can be, and answers each whole request with "ok". */
export interface RecordingEngine extends AsyncDisposable {
  readonly host: string
  /** What came since the last call, over all connections in the order of their making. Throws when it is not one thing only. */
  take(): Read
}

export const startRecordingEngine = async (): Promise<RecordingEngine> => {
  const connections: { readonly socket: Socket; text: string; answered: number }[] = []
  const server = createServer((socket) => {
    const connection = { socket, text: '', answered: 0 }
    connections.push(connection)
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      connection.text += chunk.toString('latin1')
      try {
        const { length } = readRequests(connection.text).messages
        for (; connection.answered < length; connection.answered++) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      } catch {
        // Kept for `take`, which tells of it.
        socket.destroy()
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    take: () => {
      const reads = connections.map(({ text }) => readRequests(text))
      for (const connection of connections) {
        connection.text = ''
        connection.answered = 0
      }
      return { messages: reads.flatMap(({ messages }) => messages), rest: reads.map(({ rest }) => rest).join('') }
    },
    async [Symbol.asyncDispose]() {
      for (const { socket } of connections) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
