import type { Clock } from '../../shared/clock/clock.ts'
import type { AlertInputs, HostFault } from '../domain/alert/inputs.ts'
import type { DeploymentReport, FleetState } from '../domain/model.ts'
import type { CounterPast } from './counter-past.ts'
import type { MaintenanceSighting } from './maintenance-sighting.ts'
import type { FleetMetrics } from './metrics.ts'
import type { Reports } from './reports.ts'
import type { TrafficFigures } from './traffic.ts'

export interface AlertSources {
  readonly state: () => FleetState
  readonly deployments: () => ReadonlyMap<string, DeploymentReport>
  readonly metrics: FleetMetrics
  readonly traffic: TrafficFigures
  readonly reports: Reports
  readonly counters: CounterPast
  readonly maintenance: MaintenanceSighting
  /** Ends of certificates by what they are of. */
  readonly certificates: () => ReadonlyMap<string, number>
  readonly clock: Clock
}

/** Diagnoses that began because something broke count for as long as a rule asks; longer ago they need not be looked at. */
const longestAgoMs = 86_400_000

const isBad = (verdict: string): verdict is HostFault['verdict'] => verdict === 'WARNING' || verdict === 'CRITICAL'

/** What diagnoses found: on their schedule, which stands until the next, and when something broke. */
export const faultsOf = (reports: Reports, names: ReadonlyMap<string, string>, nowUnixMs: number): readonly HostFault[] => {
  const broken = reports
    .list({ limit: 0, subject: '', host: '' })
    .filter(({ trigger, atUnixMs }) => trigger === 'break' && nowUnixMs - atUnixMs <= longestAgoMs)
    .flatMap(({ hosts, subject, verdict, atUnixMs }) =>
      isBad(verdict) ? hosts.map((host): HostFault => ({ host, subject, verdict, brokeUnixMs: atUnixMs })) : [],
    )
  const standing = reports.standingFaults().flatMap(({ id, verdict }): HostFault[] => {
    const slash = id.lastIndexOf('/')
    const host = names.get(id.slice(0, slash))
    return isBad(verdict) && host !== undefined ? [{ host, subject: id.slice(slash + 1), verdict, brokeUnixMs: undefined }] : []
  })
  return [...standing, ...broken]
}

/** All that rules look at, as it is now. */
export const gatherAlertInputs = ({
  state,
  deployments,
  metrics,
  traffic,
  reports,
  counters,
  maintenance,
  certificates,
  clock,
}: AlertSources): AlertInputs => {
  const fleet = state()
  const nowUnixMs = clock.unixMs()
  const nowMs = clock.monotonicMs()
  const names = new Map([...fleet.hosts.values()].filter(({ record }) => !record.revoked).map(({ record }) => [record.id, record.name]))
  return {
    nowUnixMs,
    fleet,
    reports: deployments(),
    figures: (hostId) => {
      const figures = metrics.of(hostId)
      return figures && { ...figures, clockAheadMs: figures.atUnixMs - (nowUnixMs - figures.ageMs) }
    },
    traffic: (deployment, spanMs) => traffic.window({ deployment, spanMs }),
    faults: faultsOf(reports, names, nowUnixMs),
    certificates: certificates(),
    maintenance: maintenance.at(nowUnixMs),
    growth: (key, value, windowMs) => counters.see(key, value, windowMs, nowMs),
  }
}
