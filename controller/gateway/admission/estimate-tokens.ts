import { scanMembers } from '../body/scan-json.ts'

/** What a request may cost its engine, in LLM tokens. */
export interface TokenEstimate {
  readonly promptTokens: number
  readonly outputTokens: number
}

/** About what a token of English or code is in JSON; other scripts take fewer bytes, images many more. The engine's usage puts it right. */
const bytesPerToken = 4
/** Of a request that says no limit. */
const usualOutputTokens = 256
const mostTokens = 10_000_000

/** Answers of these have no tokens of their own. */
const answersNothing = /\/(?:embeddings?|rerank|reranking|score|pooling|classify|tokenize|detokenize|apply-template)\/?(?:\?|$)/

const limitNames = new Set(['max_completion_tokens', 'max_tokens', 'max_output_tokens', 'max_new_tokens', 'n_predict'])
const choiceNames = new Set(['n', 'best_of'])

const numberAt = (text: Buffer, at: number): number => {
  const digits = /^\d{1,9}(?![\d.eE])/.exec(text.toString('latin1', at, at + 11))?.[0]
  return digits === undefined ? 0 : Number(digits)
}

/**
 * A guess before the engine has said anything, as the large services make it: a token for four bytes of the body, and as many in the answer as
 * the request allows (`max_completion_tokens`, `max_tokens` and their like, else 256) for each of its `n` or `best_of` choices.
 */
export const estimateTokens = (body: Buffer, url: string): TokenEstimate => {
  const promptTokens = Math.ceil(body.length / bytesPerToken)
  if (answersNothing.test(url)) return { promptTokens, outputTokens: 0 }
  let limit = 0
  let choices = 1
  scanMembers(body, (name, at) => {
    if (limitNames.has(name)) limit = Math.max(limit, numberAt(body, at))
    else if (choiceNames.has(name)) choices = Math.max(choices, numberAt(body, at))
  })
  return { promptTokens, outputTokens: Math.min(mostTokens, (limit || usualOutputTokens) * choices) }
}
