/** What checks of this room can find, rule out and put on the timeline, with the parameters of each. */
export const hostChecks = [
  'host.tuning',
  'host.backlog',
  'host.fast-open',
  'host.replica-limits',
  'host.shared-memory',
  'host.memory',
  'host.processors',
  'host.clock',
  'host.kernel',
  'host.stuck-processes',
  'host.disk-space',
  'host.container-engine',
  'host.reboot',
] as const

export type TuningFindings = {
  /** Nobody wants this host tuned. */
  readonly 'host.no-profile': Record<never, never>
  /** `file` says what the next boot would set and is empty where no file does; `by` is who owns the same key, or empty. */
  readonly 'host.setting-differs': {
    readonly key: string
    readonly wanted: string
    readonly live: string
    readonly profile: string
    readonly file: string
    readonly fileValue: string
    readonly by: string
  }
  /** It holds now, and would not after the next boot: a file that wins says something else, or none says anything (`file` is empty). */
  readonly 'host.setting-overridden': {
    readonly key: string
    readonly wanted: string
    readonly file: string
    readonly fileValue: string
    readonly profile: string
  }
  /** Written down, and in effect once the container engine is started again. */
  readonly 'host.setting-pending': { readonly key: string; readonly wanted: string; readonly live: string }
  readonly 'host.setting-not-in-containers': {
    readonly key: string
    readonly wanted: string
    readonly values: string[]
    readonly replicas: string[]
  }
  readonly 'host.setting-advice': { readonly key: string; readonly wanted: string; readonly live: string; readonly reason: string }
  readonly 'host.tuning-conflict': { readonly with: string; readonly keys: string[]; readonly message: string; readonly remedy: string }
  readonly 'host.tuning-failed': { readonly profile: string; readonly message: string }
  readonly 'host.backlog-below-limit': {
    readonly replica: string
    readonly port: number
    readonly backlog: number
    readonly somaxconn: number
    readonly waiting: number
  }
  readonly 'host.fast-open-unused': { readonly value: number }
}

export type ReplicaFindings = {
  /** asked: its spec wants an unlimited one. */
  readonly 'host.memlock-limited': {
    readonly replica: string
    readonly limitKiB: number
    readonly gpus: number
    readonly rdma: boolean
    readonly asked: boolean
    readonly runtime: string
  }
  readonly 'host.open-files': { readonly replica: string; readonly open: number; readonly limit: number; readonly runtime: string }
  /** askedMiB 0: the spec leaves it to the engine. */
  readonly 'host.shm-small': { readonly replica: string; readonly sizeMiB: number; readonly gpus: number; readonly askedMiB: number }
  readonly 'host.replica-swapped': { readonly replica: string; readonly swappedMiB: number }
  readonly 'host.cpu-throttled': { readonly replica: string; readonly percent: number; readonly thresholdPercent: number }
}

export type MachineFindings = {
  readonly 'host.memory-low': { readonly availableMiB: number; readonly totalMiB: number; readonly thresholdPercent: number }
  readonly 'host.memory-pressure': { readonly percent: number; readonly thresholdPercent: number }
  readonly 'host.swap-in-use': { readonly usedMiB: number; readonly swapMiB: number }
  readonly 'host.cpu-pressure': {
    readonly percent: number
    readonly thresholdPercent: number
    readonly load: number
    readonly processors: number
  }
  readonly 'host.clock-unsynchronised': { readonly told: string; readonly service: string }
  /** Nothing on the host could tell. */
  readonly 'host.clock-unknown': Record<never, never>
  readonly 'host.kernel-broken': { readonly flags: string[] }
  readonly 'host.kernel-warned': Record<never, never>
  readonly 'host.hung-tasks': { readonly processes: string[]; readonly count: number }
  readonly 'host.machine-checks': { readonly count: number }
  readonly 'host.process-stuck': { readonly process: string; readonly pid: number; readonly waitsIn: string; readonly replica: string }
  readonly 'host.runtime-unusable': { readonly runtime: string; readonly problem: string; readonly replicas: string[] }
  readonly 'host.reboot-required': { readonly packages: string[] }
}

export type HostFindings = TuningFindings & ReplicaFindings & MachineFindings

export type HostCauses = {
  readonly 'host.queue-empty': { readonly port: number }
  readonly 'host.memory-available': { readonly availableMiB: number }
  readonly 'host.no-profile-owner': { readonly name: string }
}
export type HostEvents = Record<never, never>
