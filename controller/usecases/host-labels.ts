import { isDeepStrictEqual } from 'node:util'
import type { StoreChange } from '../store/store.ts'
import type { Facts } from './facts.ts'
import type { HostRegistry } from './host-registry.ts'

/** Labels come from the agents' configuration and are kept, so that plans know them before an agent is back. */
export const labelChanges = (facts: Facts, hosts: HostRegistry): readonly StoreChange[] =>
  [...facts.hosts.values()].flatMap((host): StoreChange[] => {
    const labels = hosts.sighting(host.id).hello?.labels
    if (labels === undefined || isDeepStrictEqual({ ...labels }, { ...host.labels })) return []
    return [{ kind: 'putHost', host: { ...host, labels: { ...labels } } }]
  })
