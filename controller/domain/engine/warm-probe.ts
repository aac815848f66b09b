import type { WarmProbe } from '../../../shared/fleet/replica.ts'
import type { DeploymentSpec } from '../spec/schema.ts'

/** Enough to make the engine run its decoding loop, not only the prompt. */
const warmTokens = 4

const requests = {
  completion: { path: '/v1/completions', body: (prompt: string) => ({ prompt, max_tokens: warmTokens, temperature: 0 }) },
  chat: {
    path: '/v1/chat/completions',
    body: (prompt: string) => ({ messages: [{ role: 'user', content: prompt }], max_tokens: warmTokens, temperature: 0 }),
  },
  embedding: { path: '/v1/embeddings', body: (prompt: string) => ({ input: prompt }) },
} as const

/** The one real request that a replica must answer before clients reach it. An empty path means none. */
export const warmProbeOf = ({ model, warmProbe }: DeploymentSpec): WarmProbe => {
  if (!warmProbe.enabled) return { path: '', bodyJson: '', timeoutMs: warmProbe.timeoutMs }
  const { path, body } = requests[warmProbe.request]
  return { path, bodyJson: JSON.stringify({ model: model.name, ...body(warmProbe.prompt) }), timeoutMs: warmProbe.timeoutMs }
}
