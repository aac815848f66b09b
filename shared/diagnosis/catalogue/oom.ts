/** What checks of this room can find, rule out and put on the timeline, with the parameters of each. */
import type { EngineEvents } from './engine.ts'

export const oomChecks = ['oom.gpu-memory', 'oom.host-memory', 'oom.memory-limits', 'oom.nccl'] as const

export type OomFindings = {
  /**
   * An engine ran out of GPU memory. Sizes are -1 where its log does not tell. remedy: change, weights, foreign, exhausted or
   * unknown-engine; names, from and to are the steps of a change, in order. adjusted: the agent has taken it.
   */
  readonly 'oom.gpu-memory': {
    readonly replica: string
    readonly deployment: string
    readonly engine: string
    readonly phase: string
    readonly gpuUuid: string
    readonly triedMiB: number
    readonly freeMiB: number
    readonly capacityMiB: number
    readonly remedy: string
    readonly names: string[]
    readonly from: string[]
    readonly to: string[]
    readonly missingMiB: number
    readonly adjusted: boolean
    readonly times: number
  }
  /** Somebody else has the memory. */
  readonly 'oom.foreign-holder': {
    readonly replica: string
    readonly pid: number
    readonly process: string
    readonly container: string
    readonly usedMiB: number
  }
  /** A line that looks like a want of memory and that no pattern knows. */
  readonly 'oom.unrecognised': { readonly replica: string; readonly line: string }
  /** The kernel killed it. limitMiB: 0 when it has none; scope: cgroup or host; proofs: kernel-log, cgroup, container-engine. */
  readonly 'oom.host-kill': {
    readonly replica: string
    readonly container: string
    readonly process: string
    readonly scope: string
    readonly limitMiB: number
    readonly anonMiB: number
    readonly times: number
    readonly proofs: string[]
  }
  /** It was killed with SIGKILL, and nothing says that memory was the reason. */
  readonly 'oom.killed-otherwise': { readonly replica: string; readonly exitCode: number }
  readonly 'oom.limit-near': { readonly replica: string; readonly usedMiB: number; readonly limitMiB: number; readonly percent: number }
  /** What its engine runs with since the agent changed it. */
  readonly 'oom.adjusted': {
    readonly replica: string
    readonly names: string[]
    readonly from: string[]
    readonly to: string[]
    readonly held: boolean
  }
  /** cause: shared-memory or memlock. */
  readonly 'oom.nccl-memory': { readonly replica: string; readonly cause: string; readonly shmMiB: number }
}

export type OomCauses = {
  readonly 'oom.no-kernel-kill': { readonly replica: string }
  readonly 'oom.no-gpu-oom': { readonly replica: string }
  readonly 'oom.no-foreign-holder': { readonly gpuUuid: string }
}

export type OomEvents = EngineEvents
