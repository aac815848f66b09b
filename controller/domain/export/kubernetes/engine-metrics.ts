/** What engines say of themselves, by the names they use now; docs/metrics.md has the older ones. Pure. */
import type { PresetName } from '../../spec/blocks.ts'

export interface EngineMetrics {
  /** Gauges of requests that are worked on, and that wait. */
  readonly running: string
  readonly waiting: string
  /** A gauge from 0 to 1. */
  readonly kvCache?: string
  /** A histogram in seconds, without `_bucket`. */
  readonly ttft?: string
  /** A counter. */
  readonly generatedTokens: string
}

/** Undefined: metrics of an engine that nothing is known of. */
export const engineMetrics: Readonly<Record<PresetName, EngineMetrics | undefined>> = {
  vllm: {
    running: 'vllm:num_requests_running',
    waiting: 'vllm:num_requests_waiting',
    kvCache: 'vllm:kv_cache_usage_perc',
    ttft: 'vllm:time_to_first_token_seconds',
    generatedTokens: 'vllm:generation_tokens_total',
  },
  sglang: {
    running: 'sglang:num_running_reqs',
    waiting: 'sglang:num_queue_reqs',
    kvCache: 'sglang:token_usage',
    ttft: 'sglang:time_to_first_token_seconds',
    generatedTokens: 'sglang:generation_tokens_total',
  },
  llamacpp: {
    running: 'llamacpp:requests_processing',
    waiting: 'llamacpp:requests_deferred',
    generatedTokens: 'llamacpp:tokens_predicted_total',
  },
  'tensorrt-llm': undefined,
  custom: undefined,
}
