/** All that alerts are made from, gathered by the caller. */
import type { MetricFrame } from '../../../shared/metrics/frame.ts'
import type { DeploymentReport, FleetState } from '../model.ts'
import type { TrafficWindow } from '../traffic.ts'
import type { Labels } from './labels.ts'

/** The newest figures of a host. */
export interface HostSeries {
  readonly ageMs: number
  /** How far the host's clock is ahead of the controller's, as its figures tell; negative: behind. */
  readonly clockAheadMs: number
  readonly series: MetricFrame['series']
  readonly values: MetricFrame['values']
}

/** A fault that the last diagnosis of a host found, or that broke something there of late. */
export interface HostFault {
  readonly host: string
  /** gpu, network, … */
  readonly subject: string
  readonly verdict: 'WARNING' | 'CRITICAL'
  /** When it broke something; undefined for what the last scheduled diagnosis found, which stands until the next. */
  readonly brokeUnixMs: number | undefined
}

/** How the controller looks after its own data. */
export interface MaintenanceSight {
  /** Of the newest backup, or the controller's start while there is none; undefined when none is wanted. */
  readonly backupAgeMs: number | undefined
  /** Whether the last maintenance failed. */
  readonly failed: boolean
}

export interface AlertInputs {
  readonly nowUnixMs: number
  readonly fleet: FleetState
  readonly reports: ReadonlyMap<string, DeploymentReport>
  /** Undefined while the host has told nothing. */
  readonly figures: (hostId: string) => HostSeries | undefined
  /** Of a deployment, over a stretch that ends now. */
  readonly traffic: (deployment: string, spanMs: number) => TrafficWindow
  readonly faults: readonly HostFault[]
  /** Ends of certificates by what they are of, such as `controller`. */
  readonly certificates: ReadonlyMap<string, number>
  readonly maintenance: MaintenanceSight
  /** By how much a counter grew within the window, and whether all of the window was seen. Remembers the value. */
  readonly growth: (key: string, value: number, windowMs: number) => { readonly grown: number; readonly complete: boolean }
}

export interface Sample {
  readonly labels: Labels
  readonly value: number
}

/**
 * What was seen for a rule. Series that are neither among the samples nor unknown are taken to be well.
 */
export interface Observation {
  readonly samples: readonly Sample[]
  /** Whether the series of these labels could not be looked at. */
  readonly isUnknown: (labels: Labels) => boolean
}
