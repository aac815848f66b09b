/** Which GPUs of a host a replica takes. Pure. */
import type { GpuInfo, Inventory } from '../../../shared/fleet/inventory.ts'
import { isJoined, nearest, reachOf } from './nearest.ts'
import { layoutOf, type Topology } from './topology.ts'

export interface GpuChoice {
  /** In the order in which engines count them: those that share layers side by side. */
  readonly uuids: readonly string[]
  /** All of them are joined by NVLink, directly or through one another; also true of a single GPU. */
  readonly oneDomain: boolean
  /** Steps between the two that are farthest apart; 0: NVLink, or a single GPU. */
  readonly reach: number
  readonly memoryMiB: number
}

export interface GpuWish {
  readonly needed: number
  /** GPUs that share each layer; all of them unless given. */
  readonly groupSize?: number | undefined
  /** Taken before others when they are free. */
  readonly preferred?: readonly string[] | undefined
}

/**
 * @param inventory of the host
 * @param free at least as many of its GPUs as are needed
 */
export const chooseGpus = (
  inventory: Pick<Inventory, 'gpus' | 'gpuLinks'>,
  free: readonly GpuInfo[],
  { needed, groupSize = needed, preferred = [] }: GpuWish,
): GpuChoice => {
  const { gpus, places, topology } = layoutOf(inventory)
  const placesOf = (uuids: readonly string[]): readonly number[] => uuids.flatMap((uuid) => places.get(uuid) ?? [])
  const freePlaces = placesOf(free.map(({ uuid }) => uuid)).toSorted((a, b) => a - b)
  const chosen = nearest(topology, freePlaces, needed, new Set(placesOf(preferred)))
  return {
    uuids: inGroups(topology, chosen, groupSize).flatMap((place) => gpus[place]?.uuid ?? []),
    oneDomain: isJoined(topology, chosen),
    reach: reachOf(topology, chosen),
    memoryMiB: chosen.reduce((sum, place) => sum + (gpus[place]?.memoryMiB ?? 0), 0),
  }
}

/** Each next group is the nearest of what is left. */
const inGroups = (topology: Topology, chosen: readonly number[], groupSize: number): readonly number[] => {
  if (groupSize < 1 || groupSize >= chosen.length) return chosen
  const group = nearest(topology, chosen, groupSize, new Set())
  const left = chosen.filter((place) => !group.includes(place))
  return [...group, ...inGroups(topology, left, groupSize)]
}
