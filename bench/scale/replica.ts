/** A model of an LLM engine with continuous batching. The numbers are of a 7B model on one A100, rounded; what is compared is policies. */
export const engine = {
  /** From its start until it is ready: image, weights, warm-up. */
  loadSeconds: 150,
  /** Sequences at once. */
  slots: 32,
  /** Tokens a second of one sequence that is alone; with n beside it 1 + n / softening times less each. */
  tokensPerSecond: 50,
  softening: 40,
  promptTokensPerSecond: 6_000,
  kvTokens: 64_000,
} as const

export interface Request {
  readonly arrivedS: number
  readonly promptTokens: number
  readonly outputTokens: number
}

interface Running {
  readonly request: Request
  /** Prompt still to be read, in seconds. */
  prefillS: number
  generated: number
}

export interface Tick {
  /** Seconds from arrival to the first token, of those that had it now. */
  readonly firstTokensS: number[]
  tokens: number
}

export class Replica {
  readonly startedS: number
  readonly #running: Running[] = []
  #kvTokens = 0

  constructor(startedS: number) {
    this.startedS = startedS
  }

  isReady(nowS: number): boolean {
    return nowS - this.startedS >= engine.loadSeconds
  }

  get running(): number {
    return this.#running.length
  }

  get kvCache(): number {
    return Math.min(1, this.#kvTokens / engine.kvTokens)
  }

  hasRoom(promptTokens: number): boolean {
    return this.#running.length < engine.slots && this.#kvTokens + promptTokens < engine.kvTokens
  }

  admit(request: Request): void {
    this.#kvTokens += request.promptTokens
    this.#running.push({ request, prefillS: request.promptTokens / engine.promptTokensPerSecond, generated: 0 })
  }

  /** One second passes. */
  tick(nowS: number, tick: Tick): void {
    const speed = engine.tokensPerSecond / (1 + this.#running.length / engine.softening)
    for (let at = this.#running.length - 1; at >= 0; at--) {
      const one = this.#running[at]
      if (one === undefined) continue
      const leftS = Math.max(0, 1 - one.prefillS)
      one.prefillS = Math.max(0, one.prefillS - 1)
      if (leftS === 0) continue
      const tokens = Math.min(speed * leftS, one.request.outputTokens - one.generated)
      if (one.generated === 0) tick.firstTokensS.push(nowS + 1 - leftS + 1 / speed - one.request.arrivedS)
      one.generated += tokens
      tick.tokens += tokens
      this.#kvTokens += tokens
      if (one.generated < one.request.outputTokens) continue
      this.#kvTokens -= one.request.promptTokens + one.generated
      const last = this.#running.pop()
      if (last !== undefined && last !== one) this.#running[at] = last
    }
  }
}
