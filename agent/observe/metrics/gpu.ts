import type { Gpu } from 'nvidia-smi-parser'
import type { Clock } from '../../../shared/clock/clock.ts'
import type { GpuProcessInfo } from '../../../shared/fleet/usage.ts'
import type { SetSeries } from '../../../shared/metrics/series-table.ts'
import type { GpuSampler } from '../gpu-sampler.ts'
import type { UsageReader } from '../usage.ts'
import type { Collector } from './collector.ts'

const mebibyte = 1024 * 1024
const megahertz = 1e6

export const bytes = (mib: number | undefined): number | undefined => (mib === undefined ? undefined : mib * mebibyte)
const ratio = (percent: number | undefined): number | undefined => (percent === undefined ? undefined : percent / 100)
const hertz = (mhz: number | undefined): number | undefined => (mhz === undefined ? undefined : mhz * megahertz)

/** What tells GPUs apart. The index can change at a boot, the UUID does not. */
export const gpuLabels = (gpu: Gpu): readonly string[] => [String(gpu.index), gpu.uuid ?? '']

const setGpu = (set: SetSeries, gpu: Gpu): void => {
  const id = gpuLabels(gpu)
  set('hostler_gpu_memory_used_bytes', id, bytes(gpu.memory?.usedMiB))
  set('hostler_gpu_memory_total_bytes', id, bytes(gpu.memory?.totalMiB))
  set('hostler_gpu_memory_reserved_bytes', id, bytes(gpu.memory?.reservedMiB))
  set('hostler_gpu_utilization_ratio', id, ratio(gpu.utilization?.gpuPercent))
  set('hostler_gpu_memory_utilization_ratio', id, ratio(gpu.utilization?.memoryPercent))
  set('hostler_gpu_power_watts', id, gpu.power?.drawWatts)
  set('hostler_gpu_power_limit_watts', id, gpu.power?.limitWatts)
  set('hostler_gpu_temperature_celsius', id, gpu.temperature?.gpuCelsius)
  set('hostler_gpu_memory_temperature_celsius', id, gpu.temperature?.memoryCelsius)
  set('hostler_gpu_clock_hertz', [...id, 'sm'], hertz(gpu.clocks?.smMHz))
  set('hostler_gpu_clock_hertz', [...id, 'memory'], hertz(gpu.clocks?.memoryMHz))
  set('hostler_gpu_pcie_link_generation', id, gpu.pci.linkGeneration)
  set('hostler_gpu_pcie_link_width', id, gpu.pci.linkWidth)
  for (const [reason, active] of Object.entries(gpu.throttle?.reasons ?? {})) set('hostler_gpu_throttled', [...id, reason], active)
  set('hostler_gpu_ecc_errors_total', [...id, 'corrected', 'volatile'], gpu.ecc?.volatile?.corrected)
  set('hostler_gpu_ecc_errors_total', [...id, 'uncorrected', 'volatile'], gpu.ecc?.volatile?.uncorrected)
  if (gpu.recoveryAction !== undefined) set('hostler_gpu_recovery_needed', [...id, gpu.recoveryAction], gpu.recoveryAction !== 'None')
}

/** The processes of a GPU, by the replica they belong to. */
const setProcesses = (
  set: SetSeries,
  gpu: Gpu,
  processes: readonly GpuProcessInfo[],
  deploymentOf: (replicaId: string) => string,
): void => {
  const byReplica = new Map<string, { count: number; memoryMiB: number | undefined }>([['', { count: 0, memoryMiB: undefined }]])
  for (const { replicaId, memoryMiB } of processes) {
    const sum = byReplica.get(replicaId) ?? { count: 0, memoryMiB: undefined }
    sum.count += 1
    if (memoryMiB !== undefined) sum.memoryMiB = (sum.memoryMiB ?? 0) + memoryMiB
    byReplica.set(replicaId, sum)
  }
  for (const [replica, { count, memoryMiB }] of byReplica) {
    const labels = [...gpuLabels(gpu), replica === '' ? '' : deploymentOf(replica), replica]
    set('hostler_gpu_processes', labels, count)
    set('hostler_gpu_replica_memory_used_bytes', labels, bytes(memoryMiB))
  }
}

export interface GpuCollectorOptions {
  readonly sampler: GpuSampler
  readonly usage: Pick<UsageReader, 'keepFresh' | 'processesOf'>
  readonly deploymentOf: (replicaId: string) => string
  /** When the dear figures were read. */
  readonly healthMs: () => number | undefined
  readonly clock: Clock
}

const age = (clock: Clock, atMs: number | undefined): number | undefined =>
  atMs === undefined ? undefined : Math.max(0, clock.monotonicMs() - atMs) / 1000

/** The figures of the looping query. While nvidia-smi hangs they stay and their age grows. */
export const gpuCollector = ({ sampler, usage, deploymentOf, healthMs, clock }: GpuCollectorOptions): Collector => ({
  name: 'gpu',
  everyMs: 0,
  collect: () => (set) => {
    usage.keepFresh()
    const { sample, problem } = sampler.current()
    set('hostler_gpu_sample_problem', [], problem !== '')
    set('hostler_gpus', [], sample?.gpus.length ?? 0)
    set('hostler_gpu_health_age_seconds', [], age(clock, healthMs()))
    set('hostler_gpu_sample_age_seconds', [], age(clock, sample?.atMonotonicMs))
    if (!sample) return
    for (const gpu of sample.gpus) {
      setGpu(set, gpu)
      const processes = gpu.uuid === undefined ? undefined : usage.processesOf(gpu.uuid)
      if (processes) setProcesses(set, gpu, processes, deploymentOf)
    }
  },
})
