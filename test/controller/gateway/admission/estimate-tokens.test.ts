import test from 'ava'
import { estimateTokens } from '../../../../controller/gateway/admission/estimate-tokens.ts'

const of = (body: unknown, url = '/v1/chat/completions') =>
  estimateTokens(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), url)

test('A prompt is a token for four bytes, an answer what the request allows for each of its choices.', (t) => {
  t.deepEqual(of('x'.repeat(4_001)), { promptTokens: 1_001, outputTokens: 256 })
  t.is(of({ max_tokens: 10 }).outputTokens, 10)
  t.is(of({ max_tokens: 10, max_completion_tokens: 20 }).outputTokens, 20)
  t.is(of({ max_output_tokens: 30, n: 3 }).outputTokens, 90)
  t.is(of({ n_predict: 5, best_of: 2 }).outputTokens, 10)
  t.is(of('{"nested":{"max_tokens":9},"max_tokens" : 7 }').outputTokens, 7)
  t.is(of('{"max\\u005ftokens":7}').outputTokens, 7)
})

test('What is no limit counts as none, and embeddings answer without tokens.', (t) => {
  for (const value of ['null', '"50"', '-1', '1.5', '1e3', '[4]', '0']) t.is(of(`{"max_tokens":${value}}`).outputTokens, 256, value)
  t.is(of({ max_tokens: 999_999_999, n: 128 }).outputTokens, 10_000_000)
  t.is(of({ input: 'hello' }, '/v1/embeddings?x=1').outputTokens, 0)
  t.is(of({ max_tokens: 5 }, '/v2/rerank').outputTokens, 0)
})
