import { durationBoundsMs, firstByteBoundsMs } from '../../../shared/fleet/traffic.ts'
import type { Fleet } from '../membership/fleet.ts'
import { Counter, Gauge, Histogram, type Metric } from './registry.ts'

const seconds = (boundsMs: readonly number[]): readonly number[] => boundsMs.map((ms) => ms / 1000)
const waitBounds = [0.001, 0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60]

/** How a request ended; every request ends in exactly one of these ways. */
export const outcomes = ['answered', 'refused', 'failed', 'cut', 'client_gone'] as const
export type Outcome = (typeof outcomes)[number]

/** Models are named as the membership names them, so that no client can invent label values; '' before the model is known. */
export class GatewayMetrics {
  readonly requests = new Counter('hostler_gateway_requests_total', 'Requests ended, by HTTP status; 0 when none was sent.', [
    'model',
    'code',
    'outcome',
  ])
  readonly retries = new Counter('hostler_gateway_retries_total', 'Requests sent again before the first byte of an answer.', [
    'model',
    'reason',
  ])
  readonly ejections = new Counter('hostler_gateway_ejections_total', 'Rests given to replicas that failed.', ['replica'])
  readonly cuts = new Counter('hostler_gateway_cut_answers_total', 'Answers that broke off after their first byte.', ['model'])
  readonly firstByte = new Histogram(
    'hostler_gateway_first_byte_seconds',
    'From arrival to the first byte of the answer.',
    'model',
    seconds(firstByteBoundsMs),
  )
  readonly duration = new Histogram(
    'hostler_gateway_request_seconds',
    'From arrival to the end of the answer.',
    'model',
    seconds(durationBoundsMs),
  )
  readonly queueWait = new Histogram(
    'hostler_gateway_queue_wait_seconds',
    'Time in line of requests that had to wait.',
    'model',
    waitBounds,
  )
  readonly #all: readonly Metric[]

  constructor(fleet: Fleet, open: () => number) {
    this.#all = [
      this.requests,
      this.retries,
      this.ejections,
      this.cuts,
      this.firstByte,
      this.duration,
      this.queueWait,
      new Gauge('hostler_gateway_outstanding', 'Requests in flight per replica.', 'replica', () => fleet.outstanding()),
      new Gauge('hostler_gateway_waiting', 'Requests in line per deployment.', 'deployment', () => fleet.waiting()),
      new Gauge('hostler_gateway_open_requests', 'Requests that have not ended.', 'kind', () => new Map([['all', open()]])),
      new Gauge(
        'hostler_gateway_membership_version',
        'Version of the membership in use.',
        'kind',
        () => new Map([['snapshot', fleet.table.version]]),
      ),
    ]
  }

  /** Everything, as Prometheus reads it. */
  write(): string {
    return this.#all.map((metric) => metric.write()).join('')
  }
}
