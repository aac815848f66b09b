import type { HostView } from '../../model.ts'
import type { AlertInputs, Observation, Sample } from '../inputs.ts'
import type { Labels } from '../labels.ts'
import { knownHosts } from './fleet.ts'
import { nothingUnknown, type Signal } from './signal.ts'

/** Figures that are older say nothing of now. */
export const freshMs = 60_000

const perHost = (
  inputs: AlertInputs,
  figureOf: (host: HostView) => number | undefined,
  isUnknown: (host: HostView) => boolean,
): Observation => {
  const samples: Sample[] = []
  const unknown = new Set<string>()
  for (const host of knownHosts(inputs)) {
    const value = figureOf(host)
    if (value !== undefined) samples.push({ labels: { host: host.record.name }, value })
    else if (isUnknown(host)) unknown.add(host.record.name)
  }
  return { samples, isUnknown: ({ host }: Labels) => host !== undefined && unknown.has(host) }
}

export const hostSignals = {
  'host.lost': {
    help: '1 while a host has been silent for longer than lease and grace.',
    unit: 'flag',
    labels: ['host'],
    options: [],
    observe: (inputs) =>
      perHost(
        inputs,
        ({ presence }) => (presence === 'unknown' ? undefined : presence === 'lost' ? 1 : 0),
        () => true,
      ),
    promql: (_rule, where) => `max by (host) (hostler_controller_host_lost${where})`,
  },
  'host.figures-age-seconds': {
    help: 'Age of the newest figures of a host that is in touch.',
    unit: 'seconds',
    labels: ['host'],
    options: [],
    observe: (inputs) =>
      perHost(
        inputs,
        ({ record, presence }) => {
          const figures = presence === 'connected' ? inputs.figures(record.id) : undefined
          return figures && figures.ageMs / 1000
        },
        ({ presence }) => presence !== 'connected',
      ),
    promql: (_rule, where) => `max by (host) (hostler_controller_host_metrics_age_seconds${where})`,
  },
  'host.clock-offset-seconds': {
    help: "How far a host's clock is from the controller's, to within about five seconds.",
    unit: 'seconds',
    labels: ['host'],
    options: [],
    observe: (inputs) =>
      perHost(
        inputs,
        ({ record }) => {
          const figures = inputs.figures(record.id)
          return figures && figures.ageMs <= freshMs ? Math.abs(figures.clockAheadMs) / 1000 : undefined
        },
        () => true,
      ),
    promql: (_rule, where) => `max by (host) (hostler_controller_host_clock_offset_seconds${where})`,
  },
  'host.tuning-differing': {
    help: 'Settings of its tuning profile that no longer hold on a host, or that could not be applied; 1 when it is not known which.',
    unit: 'count',
    labels: ['host'],
    options: [],
    observe: (inputs) =>
      perHost(
        inputs,
        ({ tuning }) => {
          const status = tuning?.status
          if (status === undefined) return undefined
          return status.state === 'drifted' || status.state === 'failed' ? Math.max(1, status.differing.length) : 0
        },
        ({ presence }) => presence !== 'connected',
      ),
    promql: (_rule, where) => `max by (host) (hostler_controller_host_tuning_differing${where})`,
  },
  'host.fault': {
    help: '2 while a diagnosis finds a critical fault on a host, 1 while it finds a lesser one; one that broke something counts for the time of over.',
    unit: 'count',
    labels: ['host', 'subject'],
    options: ['over'],
    observe: ({ faults, nowUnixMs }, { overMs }) => {
      const worst = new Map<string, Sample>()
      for (const { host, subject, verdict, brokeUnixMs } of faults) {
        if (brokeUnixMs !== undefined && nowUnixMs - brokeUnixMs > overMs) continue
        const value = verdict === 'CRITICAL' ? 2 : 1
        const key = `${host}\n${subject}`
        if ((worst.get(key)?.value ?? 0) < value) worst.set(key, { labels: { host, subject }, value })
      }
      return { samples: [...worst.values()], isUnknown: nothingUnknown }
    },
    promql: (_rule, where) => `max by (host, subject) (hostler_controller_host_fault${where})`,
  },
} as const satisfies Record<string, Signal>
