import type { EngineVocabulary } from './vocabulary.ts'

/** llama-server counts neither requests nor times to a first token. The time between tokens is known as a mean alone. */
export const llamacpp: EngineVocabulary = {
  engine: 'llamacpp',
  sources: [
    {
      version: 'b8840',
      read: '2026-11-23',
      where: 'https://github.com/ggml-org/llama.cpp/blob/00dc8057ab28c9cb4c79a6dd6dfce07fe779f63b/tools/server/README.md',
      sample: 'a real llama-server in the test',
    },
  ],
  rows: [
    { ours: 'running', theirs: 'llamacpp:requests_processing', over: 'sum', versions: 'all' },
    { ours: 'waiting', theirs: 'llamacpp:requests_deferred', over: 'sum', versions: 'all' },
    { ours: 'kvCacheUsage', theirs: 'llamacpp:kv_cache_usage_ratio', over: 'max', versions: 'to b6000' },
    { ours: 'promptTokens', theirs: 'llamacpp:prompt_tokens_total', over: 'sum', versions: 'all' },
    { ours: 'generatedTokens', theirs: 'llamacpp:tokens_predicted_total', over: 'sum', versions: 'all' },
    {
      ours: 'interTokenLatency',
      theirs: ['llamacpp:tokens_predicted_seconds_total', 'llamacpp:tokens_predicted_total'],
      over: 'pair',
      versions: 'all',
    },
  ],
}
