import { counter, gauge, type Metric, withHistory } from '../metric.ts'

/** The agent about itself. */
export const agentMetrics = {
  hostler_agent_info: gauge('1; the labels describe the agent.', ['version', 'host']),
  hostler_agent_cpu_seconds_total: counter('CPU time of the agent itself, without its children.'),
  hostler_agent_resident_memory_bytes: withHistory(gauge('Memory of the agent.')),
  hostler_agent_controller_connected: gauge('1 while the lease of the controller is held.'),
  hostler_agent_collector_age_seconds: gauge('Age of what a collector last brought.', ['collector']),
  hostler_agent_collector_failures_total: counter('Times that a collector failed.', ['collector']),
  hostler_agent_collector_duration_seconds: gauge('How long a collector last took, waiting included.', ['collector']),
  hostler_agent_history_series: gauge('Series whose past is kept for diagnosis.'),
} as const satisfies Record<string, Metric>
