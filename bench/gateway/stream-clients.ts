import { connect, type Socket } from 'node:net'
import { clientKey, streamModel, type Target } from './target.ts'

const requestText = (intervalMs: number): string => {
  const body = JSON.stringify({ model: streamModel, messages: [{ role: 'user', content: 'Tell me everything.' }], stream: true })
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    `Authorization: Bearer ${clientKey}`,
    `X-Chunk-Interval-Ms: ${intervalMs}`,
    `Content-Length: ${body.length}`,
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}

const lineFeed = 10

/** Clients that each hold one stream open and count the events in it. */
export class StreamClients implements Disposable {
  readonly #sockets: Socket[] = []
  readonly #events: number[] = []
  #lost = 0
  #closing = false
  #firstProblem = ''

  constructor(target: Target, count: number, intervalMs: number) {
    const text = requestText(intervalMs)
    for (let at = 0; at < count; at++) this.#open(target.streamPort, text, at)
  }

  /** Events that have arrived, of all streams together. */
  get events(): number {
    return this.#events.reduce((sum, count) => sum + count, 0)
  }

  /** Events of each stream. */
  get perStream(): readonly number[] {
    return [...this.#events]
  }

  /** Streams that ended although nobody ended them, or were never begun. */
  get lost(): number {
    return this.#lost
  }

  get firstProblem(): string {
    return this.#firstProblem
  }

  [Symbol.dispose](): void {
    this.#closing = true
    for (const socket of this.#sockets) socket.destroy()
  }

  #open(port: number, text: string, at: number): void {
    this.#events[at] = 0
    let previous = 0
    let head = ''
    let answered = false
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    this.#sockets.push(socket)
    socket.write(text)
    socket.on('data', (data: Buffer) => {
      if (!answered) {
        head += data.toString('latin1', 0, 12)
        answered = head.length >= 12
        if (answered && !head.startsWith('HTTP/1.1 200')) {
          this.#firstProblem ||= data.toString('latin1', 0, 400)
          socket.destroy()
          return
        }
      }
      // Two line feeds end an event; chunked framing has none without a carriage return before it.
      let seen = 0
      for (const byte of data) {
        if (byte === lineFeed && previous === lineFeed) seen++
        previous = byte
      }
      this.#events[at] = (this.#events[at] ?? 0) + seen
    })
    socket.on('error', (error) => {
      this.#firstProblem ||= error.message
    })
    socket.on('close', () => {
      if (!this.#closing) this.#lost++
    })
  }
}
