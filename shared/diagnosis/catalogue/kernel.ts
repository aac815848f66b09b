/** What the kernel's log puts on the timeline. Every room's kernel lines are here, since one watcher reads them all. */

/** `gpuUuid` and `process` are empty, and `pid` is 0, where the line does not tell. `bus` is in the kernel's form, 0000:1b:00.0. */
export type KernelEvents = {
  readonly 'kernel.xid': {
    readonly code: number
    readonly bus: string
    readonly gpuUuid: string
    readonly pid: number
    readonly process: string
  }
  /** An NVSwitch's own error. */
  readonly 'kernel.sxid': { readonly code: number; readonly bus: string; readonly fatal: boolean; readonly link: number }
  /** scope: cgroup (a memory limit was reached) or host (the machine ran out). `container` and `replica` are empty when it is in none. */
  readonly 'kernel.oom-kill': {
    readonly scope: string
    readonly process: string
    readonly pid: number
    readonly cgroup: string
    readonly container: string
    readonly replica: string
    readonly anonMiB: number
  }
  readonly 'kernel.hung-task': { readonly process: string; readonly pid: number; readonly seconds: number }
  readonly 'kernel.nvme-timeout': { readonly device: string }
  readonly 'kernel.io-error': { readonly device: string }
  readonly 'kernel.xfs-shutdown': { readonly device: string }
  readonly 'kernel.remount-read-only': { readonly device: string }
  /** table: arp_cache or ndisc_cache. */
  readonly 'kernel.neighbour-overflow': { readonly table: string }
  readonly 'kernel.conntrack-full': Record<never, never>
  readonly 'kernel.link-down': { readonly nic: string }
  readonly 'kernel.link-up': { readonly nic: string }
  /** severity: corrected, non-fatal or fatal. */
  readonly 'kernel.pcie-error': { readonly bus: string; readonly severity: string }
  readonly 'kernel.machine-check': { readonly bank: number }
  /** The kernel overwrote records before they were read: what they said is not known. */
  readonly 'kernel.log-gap': { readonly records: number }
}
