/** Which GPUs of a host a replica takes. Pure. */
import type { GpuInfo, GpuLink } from '../../../shared/fleet/inventory.ts'

export interface GpuChoice {
  readonly uuids: readonly string[]
  /** All of them are joined by NVLink, directly or through one another; also true of a single GPU. */
  readonly oneDomain: boolean
  readonly memoryMiB: number
}

/**
 * Chooses `needed` GPUs out of the free ones: those preferred, then within one NVLink domain, out of the smallest domain that has enough
 * (so that larger ones stay whole), on one NUMA node where it can, lowest index first. There must be enough free ones.
 */
export const chooseGpus = (
  free: readonly GpuInfo[],
  needed: number,
  links: readonly GpuLink[],
  preferred: readonly string[] = [],
): GpuChoice => {
  if (needed === 0) return { uuids: [], oneDomain: true, memoryMiB: 0 }
  const domains = nvlinkDomains(free, links)
  const kept = free.filter(({ uuid }) => preferred.includes(uuid))
  if (kept.length >= needed) return choice(inOrder(kept).slice(0, needed), domains)
  const enough = domains.filter((domain) => domain.length >= needed).toSorted(compareDomains)
  const [smallest] = enough
  if (smallest !== undefined && kept.length === 0) return choice(onOneNumaNode(smallest, needed), domains)
  const rest = domains
    .toSorted((a, b) => b.length - a.length || compareDomains(a, b))
    .flat()
    .filter((gpu) => !kept.includes(gpu))
  return choice([...inOrder(kept), ...rest].slice(0, needed), domains)
}

const choice = (gpus: readonly GpuInfo[], domains: readonly (readonly GpuInfo[])[]): GpuChoice => ({
  uuids: inOrder(gpus).map(({ uuid }) => uuid),
  oneDomain: gpus.length <= 1 || domains.some((domain) => gpus.every((gpu) => domain.includes(gpu))),
  memoryMiB: gpus.reduce((sum, gpu) => sum + gpu.memoryMiB, 0),
})

const inOrder = (gpus: readonly GpuInfo[]): readonly GpuInfo[] => gpus.toSorted((a, b) => a.index - b.index)

const lowestIndex = (gpus: readonly GpuInfo[]): number => Math.min(...gpus.map(({ index }) => index))

const compareDomains = (a: readonly GpuInfo[], b: readonly GpuInfo[]): number => a.length - b.length || lowestIndex(a) - lowestIndex(b)

const onOneNumaNode = (domain: readonly GpuInfo[], needed: number): readonly GpuInfo[] => {
  const nodes = [...Map.groupBy(domain, ({ numaNode }) => numaNode).values()].filter((gpus) => gpus.length >= needed)
  return inOrder(nodes.toSorted(compareDomains)[0] ?? domain).slice(0, needed)
}

interface NvLinks {
  readonly edges: readonly GpuLink[]
  /** Every two of these GPUs are joined directly, as behind a switch: so are any of them that are free. */
  readonly all: ReadonlySet<string> | undefined
}

const known = new WeakMap<readonly GpuLink[], NvLinks>()

/** Worked out once an inventory: its links do not change. */
const nvLinksOf = (links: readonly GpuLink[]): NvLinks => {
  const remembered = known.get(links)
  if (remembered) return remembered
  const edges = links.filter(({ kind }) => kind.startsWith('NV'))
  const joined = new Set(edges.flatMap(({ aUuid, bUuid }) => [aUuid, bUuid]))
  const pairs = new Set(edges.map(({ aUuid, bUuid }) => (aUuid < bUuid ? `${aUuid} ${bUuid}` : `${bUuid} ${aUuid}`)))
  const all = pairs.size === (joined.size * (joined.size - 1)) / 2 ? joined : undefined
  const found = { edges, all }
  known.set(links, found)
  return found
}

/** GPUs that reach one another over NVLink; a GPU without NVLink is a domain of its own. */
const nvlinkDomains = (gpus: readonly GpuInfo[], links: readonly GpuLink[]): readonly (readonly GpuInfo[])[] => {
  const { edges, all } = nvLinksOf(links)
  if (gpus.length > 0 && all !== undefined && gpus.every(({ uuid }) => all.has(uuid))) return [gpus]
  const domainOf = new Map(gpus.map((gpu) => [gpu.uuid, [gpu]]))
  for (const { aUuid, bUuid } of edges) {
    const a = domainOf.get(aUuid)
    const b = domainOf.get(bUuid)
    if (a === undefined || b === undefined || a === b) continue
    a.push(...b)
    for (const gpu of b) domainOf.set(gpu.uuid, a)
  }
  return [...new Set(domainOf.values())]
}
