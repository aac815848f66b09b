import { durationBoundsMs, firstByteBoundsMs } from '../../../shared/fleet/traffic.ts'
import { gatewayMetrics } from '../../../shared/metrics/catalogue/gateway.ts'
import type { Fleet } from '../membership/fleet.ts'
import { Counter, Histogram, type Metric, Reading } from './registry.ts'

const seconds = (boundsMs: readonly number[]): readonly number[] => boundsMs.map((ms) => ms / 1000)
const waitBounds = [0.001, 0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60]
/** From engines that write several tokens at once to one that has stalled. */
const gapBounds = [0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 30]

type Name = keyof typeof gatewayMetrics

/** Of a metric with one label. */
const labelOf = (name: Name): string => {
  const [label = ''] = gatewayMetrics[name].labels
  return label
}
const counter = (name: Name): Counter => new Counter(name, gatewayMetrics[name].help, gatewayMetrics[name].labels)
const histogram = (name: Name, bounds: readonly number[]): Histogram =>
  new Histogram(name, gatewayMetrics[name].help, labelOf(name), bounds)
const reading = (name: Name, read: () => ReadonlyMap<string, number>): Reading =>
  new Reading(name, gatewayMetrics[name].help, gatewayMetrics[name].type, labelOf(name), read)

/** How a request ended; every request ends in exactly one of these ways. */
export const outcomes = ['answered', 'refused', 'failed', 'cut', 'client_gone'] as const
export type Outcome = (typeof outcomes)[number]

/** Models are named as the membership names them, so that no client can invent label values; '' before the model is known. */
export class GatewayMetrics {
  readonly requests = counter('hostler_gateway_requests_total')
  readonly retries = counter('hostler_gateway_retries_total')
  readonly ejections = counter('hostler_gateway_ejections_total')
  readonly cuts = counter('hostler_gateway_cut_answers_total')
  readonly firstByte = histogram('hostler_gateway_first_byte_seconds', seconds(firstByteBoundsMs))
  readonly interChunk = histogram('hostler_gateway_inter_chunk_seconds', gapBounds)
  readonly duration = histogram('hostler_gateway_request_seconds', seconds(durationBoundsMs))
  readonly queueWait = histogram('hostler_gateway_queue_wait_seconds', waitBounds)
  readonly #all: readonly Metric[]

  constructor(fleet: Fleet, open: () => number) {
    this.#all = [
      this.requests,
      this.retries,
      this.ejections,
      this.cuts,
      this.firstByte,
      this.interChunk,
      this.duration,
      this.queueWait,
      reading('hostler_gateway_outstanding', () => fleet.outstanding()),
      reading('hostler_gateway_upstream_connects_total', () => fleet.connections('made')),
      reading('hostler_gateway_upstream_connect_failures_total', () => fleet.connections('failed')),
      reading('hostler_gateway_waiting', () => fleet.waiting()),
      reading('hostler_gateway_open_requests', () => new Map([['all', open()]])),
      reading('hostler_gateway_membership_version', () => new Map([['snapshot', fleet.table.version]])),
    ]
  }

  /** Everything, as Prometheus reads it. */
  write(): string {
    return this.#all.map((metric) => metric.write()).join('')
  }
}
