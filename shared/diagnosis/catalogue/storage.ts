/** What checks of this room can find, rule out and put on the timeline, with the parameters of each. */
export const storageChecks = [
  'storage.filesystem',
  'storage.space',
  'storage.writable',
  'storage.kernel-errors',
  'storage.disk-health',
  'storage.read-latency',
  'storage.mount-options',
  'storage.page-cache',
] as const

type AtPath = { readonly path: string; readonly resolvedPath: string; readonly type: string; readonly mountPoint: string }

export type StorageFindings = {
  /** Neither a setting nor a replica names one. */
  readonly 'storage.no-model-path': Record<never, never>
  readonly 'storage.path-missing': { readonly path: string; readonly resolvedPath: string }
  /** Nothing answered within the deadline, as with a network mount whose server is gone. */
  readonly 'storage.path-hangs': AtPath & { readonly deadlineMs: number }
  /** The kernel refuses to read from the filesystem. */
  readonly 'storage.path-unreadable': AtPath & { readonly source: string; readonly message: string }
  readonly 'storage.not-xfs': AtPath & { readonly source: string }
  readonly 'storage.network-filesystem': AtPath & { readonly source: string }
  readonly 'storage.memory-filesystem': AtPath & { readonly sizeMiB: number }
  readonly 'storage.layered-filesystem': AtPath
  readonly 'storage.space-low': {
    readonly mountPoint: string
    readonly freePercent: number
    readonly freeMiB: number
    readonly sizeMiB: number
    readonly thresholdPercent: number
  }
  readonly 'storage.inodes-low': {
    readonly mountPoint: string
    readonly freePercent: number
    readonly freeInodes: number
    readonly thresholdPercent: number
  }
  /** Writable by its mount options, and yet the filesystem is read-only: the kernel made it so. */
  readonly 'storage.read-only': { readonly mountPoint: string; readonly type: string; readonly source: string }
  /** The kernel's log says so; now it is writable, or mounted no more. */
  readonly 'storage.was-read-only': { readonly device: string }
  readonly 'storage.mount-option': { readonly mountPoint: string; readonly option: 'sync' | 'strictatime' | 'discard' }
  readonly 'storage.models-exceed-memory': { readonly modelsMiB: number; readonly memoryMiB: number; readonly paths: string[] }
} & DiskFindings

/** Of drives, by the kernel's name of the device; `models`: models or the system are on it. */
export type DiskFindings = {
  readonly 'storage.xfs-shutdown': { readonly device: string; readonly mountPoint: string }
  readonly 'storage.nvme-timeouts': { readonly device: string; readonly count: number; readonly models: boolean }
  readonly 'storage.io-errors': { readonly device: string; readonly count: number; readonly models: boolean }
  readonly 'storage.disk-failing': { readonly disk: string; readonly reason: string }
  readonly 'storage.disk-worn': { readonly disk: string; readonly usedPercent: number }
  readonly 'storage.media-errors': { readonly disk: string; readonly count: number }
  /** No program to ask drives with. */
  readonly 'storage.health-not-read': { readonly disks: string[] }
  readonly 'storage.slow-reads': {
    readonly disk: string
    readonly averageMs: number
    readonly thresholdMs: number
    readonly readsPerSecond: number
    readonly mibPerSecond: number
  }
}

export type StorageCauses = {
  readonly 'storage.inodes-left': { readonly freePercent: number }
  readonly 'storage.space-left': { readonly freePercent: number }
  readonly 'storage.not-asked-for': { readonly mountPoint: string }
}
export type StorageEvents = Record<never, never>
