import { type Clock, systemClock } from '../../shared/clock/clock.ts'
import { type EngineAnswer, EngineConnection } from './engine-connection.ts'

export interface EngineGet {
  /** `address:port` */
  readonly endpoint: string
  readonly path: string
  /** Empty: none is sent. */
  readonly apiKey: string
  readonly timeoutMs: number
  readonly mostBytes: number
}

interface Kept {
  readonly connection: EngineConnection
  readonly sinceMs: number
}

const printable = /^[\x21-\x7e]+$/

/** uvicorn (vLLM, SGLang) and llama-server close a connection that was idle for 5 s; one that is about to be closed is not used. */
const mostIdleMs = 4_500

const requestText = ({ endpoint, path, apiKey }: EngineGet): string => {
  const key = apiKey === '' ? '' : `Authorization: Bearer ${apiKey}\r\n`
  return `GET ${path} HTTP/1.1\r\nHost: ${endpoint}\r\nAccept: */*\r\n${key}\r\n`
}

/**
 * Connections to the engines of this host, one kept for each between two looks: to open and to close one costs several times what a request
 * costs. A look that finds it in use opens another.
 */
export class EngineConnections implements Disposable {
  readonly #clock: Clock
  readonly #kept = new Map<string, Kept>()
  #closed = false

  constructor(clock: Clock = systemClock) {
    this.#clock = clock
  }

  /** One GET. Rejects with what kept the answer from coming. */
  async get(ask: EngineGet, signal: AbortSignal): Promise<EngineAnswer> {
    if (!printable.test(ask.endpoint + ask.path + ask.apiKey))
      throw new Error('the path or the key of the engine holds characters that no HTTP request can carry')
    const asked = { text: requestText(ask), timeoutMs: ask.timeoutMs, mostBytes: ask.mostBytes }
    const kept = this.#takeKept(ask.endpoint)
    if (kept) {
      try {
        return await this.#ask(ask.endpoint, kept, asked, signal)
      } catch (error) {
        // The engine may close a connection in the instant in which it is used again; only a new one tells whether it answers.
        if (!kept.closedUnanswered || signal.aborted) throw error
      }
    }
    return this.#ask(ask.endpoint, new EngineConnection(ask.endpoint), asked, signal)
  }

  [Symbol.dispose](): void {
    this.#closed = true
    for (const { connection } of this.#kept.values()) connection[Symbol.dispose]()
    this.#kept.clear()
  }

  async #ask(endpoint: string, connection: EngineConnection, asked: Parameters<EngineConnection['ask']>[0], signal: AbortSignal) {
    const answer = await connection.ask(asked, signal)
    this.#keep(endpoint, connection)
    return answer
  }

  #takeKept(endpoint: string): EngineConnection | undefined {
    const kept = this.#kept.get(endpoint)
    if (!kept) return undefined
    this.#kept.delete(endpoint)
    if (kept.connection.usable && this.#clock.monotonicMs() - kept.sinceMs < mostIdleMs) return kept.connection
    kept.connection[Symbol.dispose]()
    return undefined
  }

  #keep(endpoint: string, connection: EngineConnection): void {
    if (!connection.usable) return
    if (this.#closed || this.#kept.has(endpoint)) connection[Symbol.dispose]()
    else this.#kept.set(endpoint, { connection, sinceMs: this.#clock.monotonicMs() })
  }
}
