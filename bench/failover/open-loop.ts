import { Agent, request } from 'undici'

export interface Asked {
  readonly id: string
  readonly sentMs: number
  /** When its answer was whole, or it failed; undefined: it is under way. */
  readonly endMs: number | undefined
  /** Why it failed; undefined: it did not. */
  readonly failed: string | undefined
}

export interface OpenLoopOptions {
  readonly origin: string
  readonly apiKey: string
  readonly model: string
  readonly everyMs: number
  /** Requests each time. */
  readonly together: number
  readonly tokens: number
}

/** Requests at fixed times, whether or not those before were answered: what hangs holds up nobody else. */
export class OpenLoop {
  readonly #options: OpenLoopOptions
  readonly #agent = new Agent({ connections: 512, headersTimeout: 0, bodyTimeout: 0 })
  readonly #asked: Asked[] = []
  readonly #running = new Set<Promise<void>>()
  readonly #timer: NodeJS.Timeout

  constructor(options: OpenLoopOptions) {
    this.#options = options
    this.#timer = setInterval(() => {
      for (let count = 0; count < options.together; count++) {
        const one = this.#ask(this.#asked.length).finally(() => this.#running.delete(one))
        this.#running.add(one)
      }
    }, options.everyMs)
  }

  /** In the order in which they were sent. */
  get asked(): readonly Asked[] {
    return this.#asked
  }

  /** Waits for the answers to all that were sent. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#running)
    await this.#agent.close()
  }

  async #ask(index: number): Promise<void> {
    const { origin, apiKey, model, tokens } = this.#options
    const id = `failover-${index}`
    const sentMs = performance.now()
    this.#asked.push({ id, sentMs, endMs: undefined, failed: undefined })
    let failed: string | undefined
    try {
      const answer = await request(`${origin}/v1/chat/completions`, {
        method: 'POST',
        dispatcher: this.#agent,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}`, 'x-request-id': id },
        body: JSON.stringify({ model, max_tokens: tokens, messages: [{ role: 'user', content: `Question ${index}` }] }),
      })
      const text = await answer.body.text()
      if (answer.statusCode !== 200) failed = `status ${answer.statusCode}: ${text.slice(0, 200)}`
    } catch (error) {
      failed = error instanceof Error ? error.message : String(error)
    }
    this.#asked[index] = { id, sentMs, endMs: performance.now(), failed }
  }
}
