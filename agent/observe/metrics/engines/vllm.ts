import type { EngineVocabulary } from './vocabulary.ts'

/** Data-parallel engines of one server show a sample each, told apart by the label `engine`. */
export const vllm: EngineVocabulary = {
  engine: 'vllm',
  sources: [
    {
      version: '0.18.0',
      read: '2026-11-23',
      where: 'https://raw.githubusercontent.com/vllm-project/vllm/main/docs/design/metrics.md',
      sample: 'vllm-0.18.txt',
    },
    { version: '0.8.5', read: '2026-11-23', where: 'https://docs.vllm.ai/en/v0.8.5/serving/metrics.html', sample: 'vllm-0.8.txt' },
  ],
  rows: [
    { ours: 'running', theirs: 'vllm:num_requests_running', over: 'sum', versions: 'all' },
    { ours: 'waiting', theirs: 'vllm:num_requests_waiting', over: 'sum', versions: 'all' },
    { ours: 'kvCacheUsage', theirs: 'vllm:kv_cache_usage_perc', over: 'max', versions: 'from 0.9' },
    { ours: 'kvCacheUsage', theirs: 'vllm:gpu_cache_usage_perc', over: 'max', versions: 'to 0.10' },
    { ours: 'promptTokens', theirs: 'vllm:prompt_tokens_total', over: 'sum', versions: 'all' },
    { ours: 'generatedTokens', theirs: 'vllm:generation_tokens_total', over: 'sum', versions: 'all' },
    { ours: 'finished', theirs: 'vllm:request_success_total', over: 'sum', versions: 'all' },
    { ours: 'preemptions', theirs: 'vllm:num_preemptions_total', over: 'sum', versions: 'all' },
    { ours: 'timeToFirstToken', theirs: 'vllm:time_to_first_token_seconds', over: 'histogram', versions: 'all' },
    { ours: 'interTokenLatency', theirs: 'vllm:inter_token_latency_seconds', over: 'histogram', versions: 'from 0.11' },
    { ours: 'interTokenLatency', theirs: 'vllm:time_per_output_token_seconds', over: 'histogram', versions: 'to 0.12' },
    { ours: 'duration', theirs: 'vllm:e2e_request_latency_seconds', over: 'histogram', versions: 'all' },
  ],
}
