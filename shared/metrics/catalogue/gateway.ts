import { counter, gauge, histogram, type Metric } from '../metric.ts'

/** What a gateway tells of itself. Models, tenants and replicas are those of the membership, so that no client can invent a label. */
export const gatewayMetrics = {
  hostler_gateway_requests_total: counter(
    'Requests ended, by HTTP status (0 when none was sent) and outcome: answered, refused, failed, cut, client_gone.',
    ['model', 'tenant', 'code', 'outcome'],
  ),
  hostler_gateway_first_byte_seconds: histogram(
    'From arrival to the first byte of the answer, time in line included: the time to the first token of a stream.',
    ['model'],
  ),
  hostler_gateway_inter_chunk_seconds: histogram('Between two pieces of one answer, as they came from the engine.', ['model']),
  hostler_gateway_request_seconds: histogram('From arrival to the end of the answer.', ['model']),
  hostler_gateway_queue_wait_seconds: histogram('Time in line of requests that had to wait.', ['model']),
  hostler_gateway_waiting: gauge('Requests in line per deployment.', ['deployment']),
  hostler_gateway_outstanding: gauge('Requests in flight per replica.', ['replica']),
  hostler_gateway_open_requests: gauge('Requests that have not ended.', ['kind']),
  hostler_gateway_retries_total: counter('Requests sent again before the first byte of an answer.', ['model', 'reason']),
  hostler_gateway_ejections_total: counter('Rests given to replicas that failed.', ['replica']),
  hostler_gateway_cut_answers_total: counter('Answers that broke off after their first byte.', ['model']),
  hostler_gateway_upstream_connects_total: counter('Connections made to a replica.', ['replica']),
  hostler_gateway_upstream_connect_failures_total: counter('Connections to a replica that could not be made.', ['replica']),
  hostler_gateway_membership_version: gauge('Version of the membership in use.', ['kind']),
  hostler_gateway_nginx_reloads_total: counter('Memberships given to NGINX, by how it took them; only with --engine nginx.', ['result']),
} as const satisfies Record<string, Metric>
