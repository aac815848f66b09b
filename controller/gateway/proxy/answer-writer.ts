import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { clientHeaders } from '../http/headers.ts'

/** Up to here copying bytes into the text of one write is cheaper than a write of several buffers. */
const smallBytes = 8 * 1024

const lineEnd = '\r\n'

/**
 * Writes one answer to the client: in one piece when it came in one, else as it comes. Pieces that come in one turn of the event loop go out
 * in one write, the first together with the head.
 */
export class AnswerWriter {
  readonly #response: ServerResponse
  readonly #onReading: (isReading: boolean) => void
  #status = 0
  #message = ''
  #headers: string[] = []
  /** What has not come of an answer whose length is known; else NaN. */
  #leftBytes = Number.NaN
  #started = false
  /** A body that came in one piece, until its end is seen. */
  #whole: Buffer | undefined
  /** Small pieces, as latin1, for one chunk. */
  #held = ''
  #isFull = false

  /** @param onReading told when the client lets bytes pile up, and when it reads again */
  constructor(response: ServerResponse, onReading: (isReading: boolean) => void) {
    this.#response = response
    this.#onReading = onReading
  }

  /** From now on the client gets this answer and no other. */
  get started(): boolean {
    return this.#started
  }

  head(status: number, message: string, rawHeaders: readonly Buffer[], requestId: string, replicaId: string): void {
    this.#status = status
    // Node refuses to write any other.
    this.#message = /^[\t\x20-\x7e]*$/.test(message) ? message : ''
    const { headers, contentLength } = clientHeaders(rawHeaders, requestId, replicaId)
    this.#headers = headers
    this.#leftBytes = contentLength
  }

  /** False when nothing more should come until the client has read. */
  write(chunk: Buffer): boolean {
    const response = this.#response
    this.#leftBytes -= chunk.length
    if (!this.#started) {
      this.#started = true
      if (this.#leftBytes === 0) {
        // Its end is seen in the same turn.
        this.#whole = chunk
        return true
      }
      this.#writeHead()
      return response.write(chunk) || this.#full(response)
    }
    const { socket } = response
    // Without a socket another answer goes first; while it is corked the piece before this one waits in there.
    if (!response.chunkedEncoding || !socket?.writable || (this.#held === '' && response.writableCorked > 0))
      return response.write(chunk) || this.#full(response)
    if (chunk.length > smallBytes) return this.#writeLarge(socket, chunk)
    if (this.#held === '') process.nextTick(flush, this)
    this.#held += chunk.toString('latin1')
    return !this.#isFull
  }

  end(): void {
    const response = this.#response
    const whole = this.#whole
    if (!this.#started || whole) {
      this.#started = true
      this.#whole = undefined
      this.#writeHead()
      if (whole && whole.length <= smallBytes) response.end(whole.toString('latin1'), 'latin1')
      else response.end(whole)
      return
    }
    response.socket?.cork()
    this.flush()
    // Takes the cork out again.
    response.end()
  }

  /** Writes what is held, past the response, as one chunk in one write: the response would make four of it, and a task to send them off. */
  flush(): void {
    const held = this.#held
    if (held === '') return
    this.#held = ''
    const { socket } = this.#response
    if (!socket?.writable) return
    if (!socket.write(`${held.length.toString(16)}\r\n${held}\r\n`, 'latin1')) this.#onReading(this.#full(socket))
  }

  /** Tells nothing from now on. */
  stop(): void {
    if (this.#isFull) {
      this.#response.off('drain', this.#onDrain)
      this.#response.socket?.off('drain', this.#onDrain)
    }
  }

  #writeHead(): void {
    this.#response.writeHead(this.#status, this.#message, this.#headers)
    // Kept for as long as a stream lasts otherwise.
    this.#headers = []
  }

  #writeLarge(socket: Socket, chunk: Buffer): boolean {
    socket.cork()
    this.flush()
    socket.write(`${chunk.length.toString(16)}\r\n`, 'latin1')
    socket.write(chunk)
    const goOn = socket.write(lineEnd, 'latin1')
    socket.uncork()
    return goOn || this.#full(socket)
  }

  #full(writable: ServerResponse | Socket): false {
    if (!this.#isFull) writable.once('drain', this.#onDrain)
    this.#isFull = true
    return false
  }

  readonly #onDrain = (): void => {
    this.#isFull = false
    this.#onReading(true)
  }
}

const flush = (writer: AnswerWriter): void => writer.flush()
