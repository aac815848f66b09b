/** How near the GPUs of a host are to one another, from its inventory. Pure; worked out once an inventory, and shared by hosts that are built alike. */
import type { GpuInfo, GpuLink, Inventory } from '../../../shared/fleet/inventory.ts'

/** Steps away over PCIe, as `nvidia-smi topo -m` names them: one switch, several, a host bridge, a NUMA node, between sockets. NVLink is none. */
const steps: Readonly<Record<string, number>> = { PIX: 1, PXB: 2, PHB: 3, NODE: 4, SYS: 5 }
/** What nothing is known of is taken for the farthest. */
export const farthest = 5

/** GPUs are told by their places, in the order of their indices. */
export interface Topology {
  readonly size: number
  /** Steps between two GPUs; 0: NVLink. */
  readonly distance: (a: number, b: number) => number
  /** NVLinks between two GPUs. */
  readonly nvlinks: (a: number, b: number) => number
  /** -1: not known. */
  readonly nodeOf: (place: number) => number
  /** What was found out about it, by the question. */
  readonly answers: Map<string, readonly number[]>
}

export interface Layout {
  readonly gpus: readonly GpuInfo[]
  readonly places: ReadonlyMap<string, number>
  readonly topology: Topology
}

type Gpus = Pick<Inventory, 'gpus' | 'gpuLinks'>

const layouts = new WeakMap<Gpus, Layout>()
const topologies = new Map<string, Topology>()
/** A fleet has a few kinds of hosts. Beyond that nothing is remembered that a host of another kind could use. */
const mostRemembered = 1_000

export const layoutOf = (inventory: Gpus): Layout => {
  const known = layouts.get(inventory)
  if (known !== undefined) return known
  const gpus = inventory.gpus.toSorted((a, b) => a.index - b.index)
  const places = new Map(gpus.map(({ uuid }, place) => [uuid, place]))
  const layout = { gpus, places, topology: topologyOf(gpus, places, inventory.gpuLinks) }
  layouts.set(inventory, layout)
  return layout
}

const topologyOf = (gpus: readonly GpuInfo[], places: ReadonlyMap<string, number>, links: readonly GpuLink[]): Topology => {
  const size = gpus.length
  const distances = new Uint8Array(size * size).fill(farthest)
  const counts = new Uint8Array(size * size)
  for (const { aUuid, bUuid, kind } of links) {
    const [a, b] = [places.get(aUuid), places.get(bUuid)]
    if (a === undefined || b === undefined) continue
    const nvlinks = kind.startsWith('NV') ? Number(kind.slice(2)) || 1 : 0
    for (const place of [a * size + b, b * size + a]) {
      distances[place] = nvlinks > 0 ? 0 : (steps[kind] ?? farthest)
      counts[place] = nvlinks
    }
  }
  const nodes = gpus.map(({ numaNode }) => numaNode ?? -1)
  const alike = [distances, counts, nodes].join('/')
  const known = topologies.get(alike)
  if (known !== undefined) return known
  const topology: Topology = {
    size,
    distance: (a, b) => distances[a * size + b] ?? farthest,
    nvlinks: (a, b) => counts[a * size + b] ?? 0,
    nodeOf: (place) => nodes[place] ?? -1,
    answers: new Map(),
  }
  if (topologies.size >= mostRemembered) topologies.clear()
  topologies.set(alike, topology)
  return topology
}
