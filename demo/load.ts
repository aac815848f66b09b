import { Agent, request } from 'undici'
import type { Tally } from './show.ts'

export interface LoadOptions {
  readonly origin: string
  readonly apiKey: string
  readonly model: string
  /** Clients that send one request after another. */
  readonly clients: number
  /** Each client's rest between two requests. */
  readonly pauseMs: number
}

/** ok: a whole answer. cut: a stream that had begun broke off. failed: anything else. */
type Outcome = { readonly kind: 'ok' } | { readonly kind: 'cut' | 'failed'; readonly why: string }

const answerDeadlineMs = 60_000
const kept = 20

const body = (model: string, streamed: boolean, round: number): string =>
  JSON.stringify({
    model,
    stream: streamed,
    max_tokens: streamed ? 400 : 12,
    messages: [{ role: 'user', content: `Question ${round}: what is a token?` }],
  })

/** Steady traffic of chat completions, half of them streamed, with every request accounted for. */
export class Load {
  readonly #options: LoadOptions
  readonly #agent = new Agent({ connections: 64, headersTimeout: answerDeadlineMs, bodyTimeout: answerDeadlineMs })
  readonly #stopping = new AbortController()
  readonly #running: Promise<unknown>
  readonly #times: number[] = []
  readonly problems: string[] = []
  #sent = 0
  #answered = 0
  #failed = 0
  #cut = 0
  readonly #cuts: { readonly replicaId: string; readonly sentMs: number }[] = []

  constructor(options: LoadOptions) {
    this.#options = options
    this.#running = Promise.all(Array.from({ length: options.clients }, (_, client) => this.#client(client)))
  }

  get answered(): number {
    return this.#answered
  }

  /** Streams of a replica that broke off, of those that were asked for before a moment: their first byte had left it, wherever that was just then. */
  cutBefore(replicaId: string, momentMs: number): number {
    return this.#cuts.filter((cut) => cut.replicaId === replicaId && cut.sentMs < momentMs).length
  }

  tally(): Omit<Tally, 'mayBeCut'> {
    const sorted = this.#times.toSorted((a, b) => a - b)
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
    return { sent: this.#sent, answered: this.#answered, failed: this.#failed, cut: this.#cut, p50Ms: at(0.5), p99Ms: at(0.99) }
  }

  /** Lets what is under way end, or breaks it off when there is nobody left to answer. */
  async stop({ force }: { readonly force: boolean }): Promise<void> {
    this.#stopping.abort()
    if (force) await this.#agent.destroy()
    await this.#running
    if (!force) await this.#agent.close()
  }

  async #client(client: number): Promise<void> {
    for (let round = 0; !this.#stopping.signal.aborted; round++) {
      const streamed = (client + round) % 2 === 0
      this.#sent += 1
      const startedMs = performance.now()
      const outcome = await this.#once(streamed, round)
      if (outcome.kind === 'ok') {
        this.#answered += 1
        this.#times.push(performance.now() - startedMs)
      } else {
        if (outcome.kind === 'cut') this.#cut += 1
        else this.#failed += 1
        if (this.problems.length < kept)
          this.problems.push(`${outcome.kind} after ${Math.round(performance.now() - startedMs)} ms: ${outcome.why}`)
      }
      await new Promise((resolve) => setTimeout(resolve, this.#options.pauseMs))
    }
  }

  async #once(streamed: boolean, round: number): Promise<Outcome> {
    const { origin, apiKey, model } = this.#options
    const sentMs = performance.now()
    let text = ''
    let begun = ''
    try {
      const answer = await request(`${origin}/v1/chat/completions`, {
        method: 'POST',
        dispatcher: this.#agent,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
        body: body(model, streamed, round),
      })
      answer.body.setEncoding('utf8')
      for await (const chunk of answer.body) {
        if (streamed && text === '') {
          begun = String(answer.headers['x-hostler-replica'])
        }
        text += chunk
      }
      if (answer.statusCode !== 200) return { kind: 'failed', why: `status ${answer.statusCode}: ${text.slice(0, 200)}` }
      if (!streamed)
        return JSON.parse(text).choices?.length > 0
          ? { kind: 'ok' }
          : { kind: 'failed', why: `an answer without choices: ${text.slice(0, 200)}` }
      if (text.includes('data: [DONE]')) return { kind: 'ok' }
      this.#cuts.push({ replicaId: begun, sentMs })
      return { kind: 'cut', why: `the stream ended without [DONE], with ${text.trimEnd().slice(-200)}` }
    } catch (error) {
      if (begun !== '') this.#cuts.push({ replicaId: begun, sentMs })
      return { kind: begun !== '' ? 'cut' : 'failed', why: error instanceof Error ? error.message : String(error) }
    }
  }
}
