import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from '../scale/random.ts'

/** The end of every whole answer, so that a client knows one. */
export const wholeMark = 'data: [DONE]\n\n'

/** An engine that streams or answers at once, in random time, and can be made slow, unready or dead. */
export class SoakEngine {
  readonly id: string
  /** Times are multiplied by it. */
  slowness = 1
  /** Answers 503, as one that is loading. */
  unready = false
  /** Requests that it has not ended. */
  working = 0
  /** When it broke connections last; by `performance.now`. */
  readonly brokeMs: number[] = []
  readonly #random: Random
  #server: Server | undefined
  #port = 0

  constructor(id: string, random: Random) {
    this.id = id
    this.#random = random
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  get up(): boolean {
    return this.#server !== undefined
  }

  /** On the port that it had before. */
  async start(): Promise<void> {
    const server = createServer({ keepAliveTimeout: 5_000 }, (request, response) => {
      response.on('error', () => {})
      request.on('error', () => {})
      this.working++
      response.on('close', () => this.working--)
      request.resume().on('end', () => this.#answer(request, response).catch(() => {}))
    })
    server.listen(this.#port, '127.0.0.1')
    await once(server, 'listening')
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  /** As kill -9 does. */
  kill(): void {
    const server = this.#server
    this.#server = undefined
    server?.close()
    this.breakConnections()
    server?.closeAllConnections()
  }

  breakConnections(): void {
    this.brokeMs.push(performance.now())
    this.#server?.closeAllConnections()
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.unready) {
      response.writeHead(503, { 'content-type': 'application/json' }).end('{"error":{"message":"Loading model"}}')
      return
    }
    const wait = (ms: number) => pause(ms * this.slowness)
    await wait(5 + 60 * this.#random.next())
    if (request.headers['x-stream'] !== 'yes') {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(`{"text":"${'x'.repeat(2_000 * this.#random.next())}"}${wholeMark}`)
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (let left = 3 + 30 * this.#random.next(); left > 0 && !response.destroyed; left--) {
      response.write(`data: {"choices":[{"delta":{"content":"token"}}]}\n\n`)
      await wait(5 + 15 * this.#random.next())
    }
    response.end(wholeMark)
  }
}
