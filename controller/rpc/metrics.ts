import type { ControlHandlers } from '../../proto/generated/hostler/v1/Control.ts'
import type { MetricsReply } from '../../proto/generated/hostler/v1/MetricsReply.ts'
import type { MetricsRequest__Output } from '../../proto/generated/hostler/v1/MetricsRequest.ts'
import { HostlerError } from '../../shared/errors/hostler-error.ts'
import type { Log } from '../../shared/log/log.ts'
import { metricFrameToWire } from '../../shared/rpc/codec/metrics.ts'
import type { Facts } from '../usecases/facts.ts'
import type { FleetMetrics } from '../usecases/metrics.ts'
import { personWith } from './caller.ts'
import { unary } from './unary-handler.ts'

export interface MetricsServiceOptions {
  readonly facts: Facts
  readonly metrics: FleetMetrics
  readonly log: Log
}

/** The newest figures of hosts, by name or id; of all when none is named. Hosts that told none are left out. */
export const metricsService = ({ facts, metrics, log }: MetricsServiceOptions): Pick<ControlHandlers, 'Metrics'> => ({
  Metrics: unary<MetricsRequest__Output, MetricsReply>(log, (request, call) => {
    personWith(call, facts, 'viewer')
    const all = [...facts.hosts.values()]
    const missing = request.hosts.find((wanted) => !all.some(({ id, name }) => wanted === id || wanted === name))
    if (missing !== undefined) throw new HostlerError('NOT_FOUND', `no host is named ${missing}; see: hostler get hosts`)
    return {
      hosts: all.flatMap(({ id, name }) => {
        const figures =
          request.hosts.length === 0 || request.hosts.includes(name) || request.hosts.includes(id) ? metrics.of(id) : undefined
        if (!figures) return []
        const { atUnixMs, ageMs, dictionary, series, values } = figures
        return [{ host: name, frame: metricFrameToWire({ atUnixMs, dictionary, series, values }), ageMs: Math.round(ageMs) }]
      }),
    }
  }),
})
