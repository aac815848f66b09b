import type { EngineVocabulary } from './vocabulary.ts'

/** Ranks of one tensor- or pipeline-parallel engine repeat each other, so only the first of them is read. */
export const sglang: EngineVocabulary = {
  engine: 'sglang',
  sources: [
    {
      version: '0.5',
      read: '2026-11-23',
      where: 'https://docs.sglang.io/docs/references/production_metrics.md',
      sample: 'sglang-0.5.txt',
    },
    {
      version: '0.4.3',
      read: '2026-11-23',
      where: 'https://github.com/sgl-project/sglang/blob/00b08c497f0735678e084ae5e3dd88ca06b46627/docs/references/production_metrics.md',
      sample: 'sglang-0.4.txt',
    },
  ],
  rows: [
    { ours: 'running', theirs: 'sglang:num_running_reqs', over: 'sum', versions: 'all' },
    { ours: 'waiting', theirs: 'sglang:num_queue_reqs', over: 'sum', versions: 'all' },
    { ours: 'kvCacheUsage', theirs: 'sglang:token_usage', over: 'max', versions: 'all' },
    { ours: 'promptTokens', theirs: 'sglang:prompt_tokens_total', over: 'sum', versions: 'all' },
    { ours: 'generatedTokens', theirs: 'sglang:generation_tokens_total', over: 'sum', versions: 'all' },
    { ours: 'finished', theirs: 'sglang:num_requests_total', over: 'sum', versions: 'from 0.4.4' },
    { ours: 'timeToFirstToken', theirs: 'sglang:time_to_first_token_seconds', over: 'histogram', versions: 'all' },
    { ours: 'interTokenLatency', theirs: 'sglang:inter_token_latency_seconds', over: 'histogram', versions: 'from 0.4.5' },
    { ours: 'interTokenLatency', theirs: 'sglang:time_per_output_token_seconds', over: 'histogram', versions: 'to 0.5' },
    { ours: 'duration', theirs: 'sglang:e2e_request_latency_seconds', over: 'histogram', versions: 'all' },
  ],
}
