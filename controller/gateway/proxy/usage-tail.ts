/** Where engines say what a request used: in the last chunk of a stream, or at the end of one JSON document. */
const tailBytes = 4_096

export interface Usage {
  readonly promptTokens: number | undefined
  readonly outputTokens: number | undefined
  readonly totalTokens: number | undefined
}

/** The end of an answer, kept as it goes by: references to its last chunks, nothing copied and nothing read until somebody asks. */
export class UsageTail {
  readonly #chunks: Buffer[] = []
  #bytes = 0

  keep(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    for (let first = this.#chunks[0]; first && this.#bytes - first.length >= tailBytes; first = this.#chunks[0]) {
      this.#chunks.shift()
      this.#bytes -= first.length
    }
  }

  /** What the engine reported, if it did. */
  read(): Usage | undefined {
    return usageIn(Buffer.concat(this.#chunks, this.#bytes).subarray(-tailBytes).toString('latin1'))
  }
}

/**
 * The last `"usage": {…}` of a text. In what a model writes quotes are escaped, so that it cannot be taken for one. OpenAI's names and Anthropic's.
 */
export const usageIn = (text: string): Usage | undefined => {
  for (let at = text.lastIndexOf('"usage"'); at >= 0; at = at === 0 ? -1 : text.lastIndexOf('"usage"', at - 1)) {
    const object = /^"usage"\s*:\s*(\{(?:[^{}]|\{[^{}]*\})*\})/.exec(text.slice(at))?.[1]
    const usage = object === undefined ? undefined : parsed(object)
    if (usage) return usage
  }
  return undefined
}

const parsed = (object: string): Usage | undefined => {
  let value: Readonly<Record<string, unknown>>
  try {
    value = JSON.parse(object)
  } catch {
    return undefined
  }
  const count = (...names: readonly string[]): number | undefined => {
    const found = names.map((name) => value[name]).find((one) => Number.isSafeInteger(one) && Number(one) >= 0)
    return found === undefined ? undefined : Number(found)
  }
  const usage = {
    promptTokens: count('prompt_tokens', 'input_tokens'),
    outputTokens: count('completion_tokens', 'output_tokens'),
    totalTokens: count('total_tokens'),
  }
  return Object.values(usage).every((one) => one === undefined) ? undefined : usage
}
