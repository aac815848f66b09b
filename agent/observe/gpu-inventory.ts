import { readFile } from 'node:fs/promises'
import type { Gpu, Report, Topology } from 'nvidia-smi-parser'
import type { GpuInfo, GpuLink } from '../../shared/fleet/inventory.ts'
import type { GpuObservation } from './types.ts'

export interface GpuInventory {
  readonly gpus: readonly GpuInfo[]
  readonly gpuLinks: readonly GpuLink[]
  /** Why GPUs could not be read, all or some; empty when they could. */
  readonly gpuProblem: string
  readonly driverVersion: string
  readonly cudaVersion: string
}

/**
 * What the inventory says of GPUs. A GPU that does not tell its UUID and memory cannot be placed on, so it is left out and
 * named in the problem. Pure; NUMA nodes are given by index.
 */
export const gpuInventory = (
  observation: GpuObservation,
  topology: Topology | undefined,
  numaNodes: ReadonlyMap<string, number>,
): GpuInventory => {
  if (observation.state === 'absent' || observation.state === 'failed') {
    return { gpus: [], gpuLinks: [], gpuProblem: observation.detail, driverVersion: '', cudaVersion: '' }
  }
  const report = observation.state === 'ok' ? observation.report : observation.lastGood
  const gpus = report.gpus.flatMap((gpu): GpuInfo[] => {
    if (gpu.uuid === undefined || gpu.memory?.totalMiB === undefined) return []
    return [
      {
        uuid: gpu.uuid,
        index: gpu.index,
        model: gpu.name ?? 'unknown',
        memoryMiB: gpu.memory.totalMiB,
        pciBusId: gpu.pci.busId ?? '',
        numaNode: numaNodes.get(gpu.pci.busId ?? '') ?? topology?.devices.find(({ name }) => name === `GPU${gpu.index}`)?.numaNode,
      },
    ]
  })
  return {
    gpus,
    gpuLinks: links(gpus, topology),
    gpuProblem: problems(observation, report).join('; '),
    driverVersion: report.driverVersion ?? '',
    cudaVersion: report.cudaVersion ?? '',
  }
}

const links = (gpus: readonly GpuInfo[], topology: Topology | undefined): readonly GpuLink[] => {
  const uuidOf = new Map(gpus.map(({ index, uuid }) => [`GPU${index}`, uuid]))
  return (topology?.links ?? []).flatMap(({ a, b, kind, nvlinks }) => {
    const aUuid = uuidOf.get(a)
    const bUuid = uuidOf.get(b)
    return aUuid === undefined || bUuid === undefined ? [] : [{ aUuid, bUuid, kind: nvlinks === undefined ? kind : `NV${nvlinks}` }]
  })
}

const problems = (observation: GpuObservation, report: Report): readonly string[] => {
  const found: string[] = []
  if (observation.state === 'stale') found.push(`${observation.detail}; the GPUs are as of ${Math.round(observation.ageMs / 1000)} s ago`)
  if (report.failure) found.push(report.failure.message)
  if (report.attachedGpus !== undefined && report.attachedGpus > report.gpus.length) {
    found.push(`the driver counts ${report.attachedGpus} GPUs and describes ${report.gpus.length}`)
  }
  for (const gpu of report.gpus) {
    if (gpu.uuid === undefined || gpu.memory?.totalMiB === undefined) {
      found.push(
        `the GPU at ${gpu.pci.busId ?? `index ${gpu.index}`} does not tell its UUID and memory${gpu.faults.length > 0 ? `: ${gpu.faults.join(', ')}` : ''}`,
      )
    }
  }
  return found
}

/** NUMA nodes by bus id, from /sys; a device without one is left out. */
export const readNumaNodes = async (gpus: readonly Gpu[]): Promise<ReadonlyMap<string, number>> => {
  const nodes = await Promise.all(
    gpus.map(async ({ pci }) => {
      const node = Number(await readFile(`/sys/bus/pci/devices/${pci.busId}/numa_node`, 'utf8').catch(() => '-1'))
      return pci.busId !== undefined && Number.isInteger(node) && node >= 0 ? [[pci.busId, node] as const] : []
    }),
  )
  return new Map(nodes.flat())
}
