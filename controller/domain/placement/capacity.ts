/** What a host has left once everything that was decided, and everything that still runs there, is taken off. Pure. */
import type { GpuInfo } from '../../../shared/fleet/inventory.ts'
import type { Assignment, GangMember, HostView } from '../model.ts'

export interface HostCapacity {
  readonly host: HostView
  readonly freeGpus: readonly GpuInfo[]
  /** Who holds the others: replica ids, and processes that are not ours. */
  readonly gpuHolders: readonly string[]
  readonly freeMemoryMiB: number
  readonly takenPorts: ReadonlySet<number>
  /** Replicas of each deployment that live here. */
  readonly replicasOf: ReadonlyMap<string, number>
}

/** An assignment as far as capacity is concerned. A stopping or lost one holds its GPUs until its agent says that it is gone. */
export interface Holding {
  readonly assignment: Assignment
  /** What of a gang is on this host; the leader unless given. */
  readonly member?: GangMember | undefined
  /** 0: the agent chooses. */
  readonly port: number
}

/**
 * @param holdings every assignment on this host, in whatever stage
 * @param isAssigned whether a replica that the agent reports is anybody's assignment; an orphan still holds its GPUs
 */
export const capacityOf = (host: HostView, holdings: readonly Holding[], isAssigned: (replicaId: string) => boolean): HostCapacity => {
  const holders = new Map<string, string>()
  const takenPorts = new Set<number>()
  const replicasOf = new Map<string, number>()
  let usedMemoryMiB = 0
  for (const [uuid, usage] of host.gpus) {
    const foreign = usage.processes.find((process) => process.foreign)
    if (foreign !== undefined) holders.set(uuid, `process ${foreign.pid} (${foreign.name})`)
  }
  for (const status of host.replicas.values()) {
    if (isAssigned(status.id)) continue
    for (const uuid of status.gpuUuids) holders.set(uuid, status.id)
  }
  for (const { assignment, member = assignment, port } of holdings) {
    for (const uuid of member.gpuUuids) holders.set(uuid, member.id)
    usedMemoryMiB += member.memoryMiB
    if (port !== 0) takenPorts.add(port)
    if (member.id === assignment.id && assignment.gang !== undefined) takenPorts.add(assignment.gang.port)
    if (assignment.stage !== 'stopping' && assignment.stage !== 'lost') {
      replicasOf.set(assignment.deployment, (replicasOf.get(assignment.deployment) ?? 0) + 1)
    }
  }
  return {
    host,
    freeGpus: (host.inventory?.gpus ?? []).filter(({ uuid }) => !holders.has(uuid)),
    gpuHolders: [...new Set(holders.values())],
    freeMemoryMiB: (host.inventory?.memoryMiB ?? 0) - usedMemoryMiB,
    takenPorts,
    replicasOf,
  }
}
