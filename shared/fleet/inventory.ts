/** What a host is. Absent values stay absent. */

export interface GpuInfo {
  readonly uuid: string
  readonly index: number
  readonly model: string
  readonly memoryMiB: number
  readonly pciBusId: string
  readonly numaNode?: number | undefined
}

/** An edge of the GPU topology; kind is `NV<n>` for NVLink, else PIX, PXB, PHB, NODE or SYS. */
export interface GpuLink {
  readonly aUuid: string
  readonly bUuid: string
  readonly kind: string
}

export interface DiskInfo {
  readonly device: string
  readonly kind: string
  readonly sizeMiB: number
  readonly model: string
}

export interface NicInfo {
  readonly name: string
  readonly mac: string
  /** 0: unknown. */
  readonly speedMbps: number
  readonly mtu: number
  readonly addresses: readonly string[]
  readonly up: boolean
}

export interface ModelFilesystem {
  readonly path: string
  readonly resolvedPath: string
  readonly type: string
  readonly sizeMiB: number
  readonly freeMiB: number
  readonly missing: boolean
}

/** A way to run replicas; problem is empty when it is usable. */
export interface RuntimeInfo {
  readonly name: string
  readonly version: string
  readonly problem: string
  /** The engine can hand GPUs to containers by device request. */
  readonly gpuRequests: boolean
  readonly memlockUnlimited: boolean
  readonly cdiDevices: readonly string[]
}

export interface Inventory {
  readonly hostname: string
  readonly machineId: string
  readonly os: string
  readonly kernel: string
  readonly architecture: string
  readonly cpuModel: string
  readonly cpuSockets: number
  /** Logical processors. */
  readonly cpuCores: number
  readonly memoryMiB: number
  readonly disks: readonly DiskInfo[]
  readonly nics: readonly NicInfo[]
  readonly gpus: readonly GpuInfo[]
  readonly gpuLinks: readonly GpuLink[]
  readonly modelFilesystem?: ModelFilesystem | undefined
  readonly runtimes: readonly RuntimeInfo[]
  /** Why GPUs could not be read; empty when they could. */
  readonly gpuProblem: string
  readonly driverVersion: string
  readonly cudaVersion: string
}
