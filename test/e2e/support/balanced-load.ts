import { setTimeout as pause } from 'node:timers/promises'
import { Agent, request } from 'undici'
import { errnoOf } from '../../../shared/errors/hostler-error.ts'

export interface BalancedLoadOptions {
  /** Of the gateways. */
  readonly origins: readonly string[]
  readonly apiKey: string
  readonly model: string
  readonly clients: number
}

interface Lost {
  readonly origin: string
  readonly sentMs: number
  readonly why: string
}

/**
 * Clients of several gateways, as a load balancer would spread them: each request, on a connection of its own, goes to the next gateway, and to
 * the one after that when its connection is refused. What was sent is never sent again.
 */
export class BalancedLoad {
  readonly #options: BalancedLoadOptions
  readonly #agent = new Agent({ headersTimeout: 60_000, bodyTimeout: 60_000 })
  readonly #stopping = new AbortController()
  readonly #running: Promise<unknown>
  readonly #answered = new Map<string, number>()
  /** Requests that a gateway took and did not answer. */
  readonly lost: Lost[] = []
  /** Requests that no gateway took, or that one answered with an error. */
  readonly failed: string[] = []

  constructor(options: BalancedLoadOptions) {
    this.#options = options
    this.#running = Promise.all(Array.from({ length: options.clients }, (_, client) => this.#client(client)))
  }

  answeredBy(origin: string): number {
    return this.#answered.get(origin) ?? 0
  }

  /** Lets what is under way end. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#running
    if (!this.#agent.closed) await this.#agent.close()
  }

  async #client(client: number): Promise<void> {
    for (let round = client; !this.#stopping.signal.aborted; round++) {
      await this.#once(round)
      await pause(20)
    }
  }

  async #once(round: number): Promise<void> {
    const { origins } = this.#options
    for (let step = 0; step < origins.length; step++) {
      const origin = origins[(round + step) % origins.length] ?? ''
      const sentMs = performance.now()
      try {
        const problem = await this.#ask(origin, round)
        if (problem) this.failed.push(problem)
        else this.#answered.set(origin, this.answeredBy(origin) + 1)
        return
      } catch (error) {
        if (errnoOf(error) === 'ECONNREFUSED') continue
        this.lost.push({ origin, sentMs, why: error instanceof Error ? error.message : String(error) })
        return
      }
    }
    this.failed.push('no gateway takes connections')
  }

  async #ask(origin: string, round: number): Promise<string | undefined> {
    const { apiKey, model } = this.#options
    const streamed = round % 2 === 0
    const answer = await request(`${origin}/v1/chat/completions`, {
      method: 'POST',
      dispatcher: this.#agent,
      reset: true,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
      body: JSON.stringify({ model, stream: streamed, max_tokens: 100, messages: [{ role: 'user', content: `Question ${round}` }] }),
    })
    const text = await answer.body.text()
    if (answer.statusCode !== 200) return `status ${answer.statusCode}: ${text.slice(0, 200)}`
    return text.includes(streamed ? 'data: [DONE]' : '"choices"') ? undefined : `an answer that is not whole: ${text.slice(-200)}`
  }
}
