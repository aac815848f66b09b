import type { Socket } from 'node:net'
import { errnoOf, messageOf } from '../../../shared/errors/hostler-error.ts'

/** An answer to what is no request, in OpenAI's shape. */
export interface ClientErrorAnswer {
  readonly status: number
  readonly reason: string
  readonly message: string
  readonly body: string
}

const answerOf = (status: number, reason: string, message: string): ClientErrorAnswer => ({
  status,
  reason,
  message,
  body: JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: 'bad_request' } }),
})

/** What Node's parser says of a connection, as its client gets to read it. */
export const clientErrorAnswer = (error: Error): ClientErrorAnswer => {
  switch (errnoOf(error)) {
    case 'HPE_HEADER_OVERFLOW':
      return answerOf(431, 'Request Header Fields Too Large', 'The headers of the request are too large.')
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return answerOf(413, 'Content Too Large', 'The extensions of the chunks are too large.')
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return answerOf(408, 'Request Timeout', 'The request did not arrive in time.')
    default:
      return answerOf(400, 'Bad Request', `The request is not valid HTTP: ${messageOf(error)}.`)
  }
}

export const connectRefused = answerOf(501, 'Not Implemented', 'CONNECT is for proxies, and this is none. Send the request itself.')

/** How long a connection is read on after its last answer. */
const lingerMs = 1_000

/** Writes an answer on a connection that has no request, and ends it. What still comes is read for a while: an end with unread bytes is a reset, which can overtake the answer. */
export const answerAndEnd = (socket: Socket, { status, reason, body }: ClientErrorAnswer): void => {
  const timer = setTimeout(() => socket.destroy(), lingerMs)
  socket.once('close', () => clearTimeout(timer))
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
