import { counter, gauge, histogram, type Metric, withHistory } from '../metric.ts'

const replica = ['deployment', 'replica'] as const

/** What control groups tell of the containers (or process groups) of replicas, versions 1 and 2 alike. */
export const containerMetrics = {
  hostler_container_memory_usage_bytes: gauge('Memory of the control group, page cache included.', replica),
  hostler_container_memory_working_set_bytes: withHistory(
    gauge('Memory in use less the page cache that can be taken back at once.', replica),
  ),
  hostler_container_memory_limit_bytes: gauge('The limit; no series without one.', replica),
  hostler_container_memory_limit_hits_total: counter('Times that the limit was reached and memory had to be taken back.', replica),
  hostler_container_oom_events_total: counter('Times that memory could not be had below the limit.', replica),
  hostler_container_oom_kills_total: counter('Processes killed for want of memory below the limit.', replica),
  hostler_container_cpu_seconds_total: counter('CPU time.', replica),
  hostler_container_cpu_throttled_seconds_total: counter('Time in which a CPU quota held it back.', replica),
  hostler_container_restarts_total: counter('Starts after the first.', replica),
  hostler_replica_ready: gauge('1 while the replica is ready.', replica),
} as const satisfies Record<string, Metric>

/** What engines tell, in one vocabulary. A figure that an engine does not have has no series. */
export const engineMetrics = {
  hostler_engine_up: gauge("1 when the engine's metrics could be read.", [...replica, 'engine']),
  hostler_engine_sample_age_seconds: gauge("Age of the engine's figures.", replica),
  hostler_engine_requests_running: withHistory(gauge('Requests that are worked on.', replica)),
  hostler_engine_requests_waiting: withHistory(gauge("Requests in the engine's own queue.", replica)),
  hostler_engine_kv_cache_usage_ratio: withHistory(gauge('Share of the KV cache that is in use.', replica)),
  hostler_engine_prompt_tokens_total: counter('Tokens of prompts that were worked on.', replica),
  hostler_engine_generated_tokens_total: counter('Tokens that were generated.', replica),
  hostler_engine_tokens_per_second: withHistory(gauge('Tokens generated a second, since the sample before.', replica)),
  hostler_engine_requests_finished_total: counter('Requests that ended.', replica),
  hostler_engine_preemptions_total: counter('Requests that lost their place in the KV cache to others and began again.', replica),
  hostler_engine_time_to_first_token_seconds: histogram(
    "From a request's arrival to its first token, with the engine's own buckets.",
    replica,
  ),
  hostler_engine_inter_token_latency_seconds: histogram("Between two tokens of one answer, with the engine's own buckets.", replica),
  hostler_engine_request_duration_seconds: histogram("From a request's arrival to its end, with the engine's own buckets.", replica),
  hostler_engine_time_to_first_token_p50_seconds: gauge('Median of the last one to two minutes.', replica),
  hostler_engine_time_to_first_token_p95_seconds: withHistory(gauge('95th percentile of the last one to two minutes.', replica)),
  hostler_engine_inter_token_latency_p50_seconds: gauge(
    'Median of the last one to two minutes; the mean where the engine has no histogram.',
    replica,
  ),
  hostler_engine_inter_token_latency_p95_seconds: gauge('95th percentile of the last one to two minutes.', replica),
} as const satisfies Record<string, Metric>
