import type { HostView } from '../../model.ts'
import type { AlertInputs, Observation } from '../inputs.ts'
import { holds } from '../rule.ts'
import { nothingUnknown, type Signal } from './signal.ts'

const unrevoked = new WeakMap<AlertInputs, readonly HostView[]>()

/** Hosts that were not revoked; made once a look, since every rule asks. */
export const knownHosts = (inputs: AlertInputs): readonly HostView[] => {
  const known = unrevoked.get(inputs) ?? [...inputs.fleet.hosts.values()].filter(({ record }) => !record.revoked)
  unrevoked.set(inputs, known)
  return known
}

const one = (value: number): Observation => ({ samples: [{ labels: {}, value }], isUnknown: nothingUnknown })

export const fleetSignals = {
  'fleet.hosts-unavailable': {
    help: 'Hosts that are silent or lost; hosts that were cordoned or removed on purpose are not among them.',
    unit: 'count',
    labels: [],
    options: [],
    observe: (inputs, rule) => {
      const hosts = knownHosts(inputs)
      const away = hosts.filter(({ presence }) => presence === 'silent' || presence === 'lost').length
      // Just after a start of the controller nobody has had the time to be heard: that ends no alert.
      const awaited = hosts.some(({ presence }) => presence === 'unknown')
      return awaited && !holds(rule, away) ? { samples: [], isUnknown: () => true } : one(away)
    },
    promql: () => 'sum(hostler_controller_hosts{state=~"silent|lost"})',
  },
  'fleet.evictions-frozen': {
    help: '1 while the mass-failure brake holds evictions back.',
    unit: 'flag',
    labels: [],
    options: [],
    observe: ({ fleet }) => one(fleet.frozen ? 1 : 0),
    promql: () => 'max(hostler_controller_evictions_frozen)',
  },
  'fleet.gateways-missing': {
    help: '1 while there are deployments and no gateway is connected.',
    unit: 'flag',
    labels: [],
    options: [],
    observe: ({ fleet }) => one(fleet.deployments.size > 0 && !fleet.gateways.some(({ connected }) => connected) ? 1 : 0),
    promql: () => '(max(hostler_controller_gateways) == bool 0) * (count(hostler_controller_replicas_wanted) > bool 0)',
  },
} as const satisfies Record<string, Signal>
