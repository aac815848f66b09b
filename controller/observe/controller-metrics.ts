import { version } from '../../shared/config/version.ts'
import { endings } from '../../shared/fleet/traffic.ts'
import { writeExposition } from '../../shared/metrics/exposition.ts'
import { SeriesTable, type SetSeries } from '../../shared/metrics/series-table.ts'
import { hostState, hostStates } from '../domain/fleet/host-state.ts'
import { seenOf } from '../domain/fleet/readiness.ts'
import type { Assignment, DeploymentReport, FleetState } from '../domain/model.ts'
import { ended } from '../domain/traffic.ts'
import type { FleetMetrics, Summary } from '../usecases/metrics.ts'
import type { TrafficFigures } from '../usecases/traffic.ts'
import { type AlertMetricsOptions, setAlerts } from './alert-metrics.ts'
import type { ControllerCounters } from './counters.ts'

export interface ControllerMetricsOptions {
  readonly state: () => FleetState
  /** What is decided cannot be written. */
  readonly stalled: () => boolean
  readonly reports: () => ReadonlyMap<string, DeploymentReport>
  readonly fleet: FleetMetrics
  readonly traffic: TrafficFigures
  readonly counters: ControllerCounters
  readonly alerts: AlertMetricsOptions
}

const ofHosts = {
  gpus: 'hostler_controller_host_gpus',
  gpuUtilization: 'hostler_controller_host_gpu_utilization_ratio',
  gpuMemoryUsed: 'hostler_controller_host_gpu_memory_used_bytes',
  gpuMemoryTotal: 'hostler_controller_host_gpu_memory_total_bytes',
  gpuPower: 'hostler_controller_host_gpu_power_watts',
  memoryAvailable: 'hostler_controller_host_memory_available_bytes',
  requestsRunning: 'hostler_controller_host_requests_running',
  requestsWaiting: 'hostler_controller_host_requests_waiting',
  tokensPerSecond: 'hostler_controller_host_tokens_per_second',
} as const satisfies Record<Summary, string>

const countBy = <T>(items: Iterable<T>, keyOf: (item: T) => string, keys: readonly string[] = []): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>(keys.map((key) => [key, 0]))
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1)
  return counts
}

const setFleet = (set: SetSeries, state: FleetState, reports: ReadonlyMap<string, DeploymentReport>): void => {
  const hosts = [...state.hosts.values()].filter(({ record }) => !record.revoked)
  for (const [name, count] of countBy(hosts, hostState, hostStates)) set('hostler_controller_hosts', [name], count)
  set('hostler_controller_leases_held', [], hosts.filter(({ presence }) => presence === 'connected').length)
  const phaseOf = (assignment: Assignment) => seenOf(assignment, state).status?.phase ?? 'unreported'
  for (const [phase, count] of countBy(state.assignments.values(), phaseOf)) set('hostler_controller_replicas', [phase], count)
  for (const [name, count] of countBy(reports.values(), (report) => report.state)) set('hostler_controller_deployments', [name], count)
  for (const { name, replicas, deleting } of state.deployments.values()) {
    set('hostler_controller_replicas_wanted', [name], deleting ? 0 : replicas)
    set('hostler_controller_replicas_ready', [name], reports.get(name)?.ready ?? 0)
  }
  set('hostler_controller_gateways', [], state.gateways.filter(({ connected }) => connected).length)
  set('hostler_controller_evictions_frozen', [], state.frozen)
}

const setHosts = (set: SetSeries, state: FleetState, fleet: FleetMetrics): void => {
  for (const { record } of state.hosts.values()) {
    const figures = fleet.of(record.id)
    if (!figures) continue
    set('hostler_controller_host_metrics_age_seconds', [record.name], figures.ageMs / 1000)
    for (const [summary, name] of Object.entries(ofHosts)) set(name, [record.name], fleet.summary(record.id, summary as Summary))
  }
}

const inSeconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000)

const setTraffic = (set: SetSeries, state: FleetState, traffic: TrafficFigures): void => {
  const totals = traffic.totals()
  for (const name of state.deployments.keys()) {
    const { waiting, inFlight, ttftMs } = traffic.window({ deployment: name, spanMs: 60_000 })
    const total = totals.get(name) ?? []
    for (const ending of endings) set('hostler_controller_requests_total', [name, ending], ended(total, ending))
    set('hostler_controller_requests_waiting', [name], waiting)
    set('hostler_controller_requests_in_flight', [name], inFlight)
    set('hostler_controller_time_to_first_token_p50_seconds', [name], inSeconds(ttftMs(0.5)))
    set('hostler_controller_time_to_first_token_p99_seconds', [name], inSeconds(ttftMs(0.99)))
  }
}

/** The controller's own /metrics. Everything is read when it is asked for. */
export const controllerMetrics = ({
  state,
  stalled,
  reports,
  fleet,
  traffic,
  counters,
  alerts,
}: ControllerMetricsOptions): (() => string) => {
  const table = new SeriesTable()
  return () => {
    table.fill((set) => {
      const now = state()
      const { user, system } = process.cpuUsage()
      set('hostler_controller_info', [version], 1)
      set('hostler_controller_cpu_seconds_total', [], (user + system) / 1e6)
      set('hostler_controller_resident_memory_bytes', [], process.memoryUsage.rss())
      set('hostler_controller_stalled', [], stalled())
      setFleet(set, now, reports())
      setTraffic(set, now, traffic)
      counters.set(set)
      setAlerts(set, alerts)
      setHosts(set, now, fleet)
    })
    return writeExposition(table.series())
  }
}
