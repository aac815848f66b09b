import type { Inventory } from '../../shared/fleet/inventory.ts'
import type { ReplicaStatus } from '../../shared/fleet/replica.ts'
import type { Whose } from './kmsg/events.ts'

export interface KnownOnHost {
  readonly inventory: () => Inventory
  readonly statuses: () => ReadonlyMap<string, ReplicaStatus>
}

/** Domain, bus and device: the kernel writes four digits of domain and may leave the function out, nvidia-smi writes eight and has one. */
const slotOf = (bus: string): string => {
  const match = /^([0-9a-f]+):([0-9a-f]+):([0-9a-f]+)/i.exec(bus)
  return match
    ? match
        .slice(1)
        .map((part) => Number.parseInt(part, 16))
        .join(':')
    : ''
}

/** Names what the kernel speaks of by bus and cgroup. */
export const whoseOn = ({ inventory, statuses }: KnownOnHost): Whose => ({
  gpuAt: (bus) => inventory().gpus.find(({ pciBusId }) => slotOf(bus) !== '' && slotOf(pciBusId) === slotOf(bus))?.uuid ?? '',
  replicaOf: (container, cgroup) => {
    const mine = [...statuses().values()].find(
      ({ instanceId }) => instanceId !== '' && (instanceId === container || cgroup.includes(instanceId)),
    )
    return mine?.id ?? ''
  },
})
