/** What a host uses right now. */

export interface GpuProcessInfo {
  readonly pid: number
  readonly name: string
  readonly memoryMiB?: number | undefined
  /** The replica this process belongs to; empty when it is not ours. */
  readonly replicaId: string
  readonly foreign: boolean
}

export interface GpuUsage {
  readonly uuid: string
  readonly memoryUsedMiB?: number | undefined
  readonly utilizationPercent?: number | undefined
  readonly temperatureC?: number | undefined
  readonly powerW?: number | undefined
  readonly processes: readonly GpuProcessInfo[]
}

export interface HostUsage {
  readonly gpus: readonly GpuUsage[]
  readonly memoryAvailableMiB?: number | undefined
  readonly load1m?: number | undefined
  /** Age of the GPU figures. */
  readonly gpuAgeMs: number
  readonly gpuProblem: string
}
