/** What inference engines, their containers and the host's tuning put on the timeline. */

/** Where in the life of an engine its memory ran out. */
export const oomPhases = ['load', 'graph-capture', 'kv-cache', 'run', 'unknown'] as const
export type OomPhase = (typeof oomPhases)[number]

export type EngineEvents = {
  /** Figures are 0 where the log does not tell them; gpuUuid is empty then. */
  readonly 'engine.cuda-oom': {
    readonly replica: string
    readonly engine: string
    readonly phase: string
    readonly gpuUuid: string
    readonly triedMiB: number
    readonly freeMiB: number
  }
  /** error: CUDA's own words, such as `an illegal memory access was encountered`. */
  readonly 'engine.cuda-error': { readonly replica: string; readonly error: string }
  /** error: what NCCL could not do. */
  readonly 'engine.nccl-error': { readonly replica: string; readonly error: string }
  /** A rank waited for the others in vain: the fault is mostly with another one. */
  readonly 'engine.nccl-timeout': { readonly replica: string; readonly collective: string; readonly timeoutMs: number }
  /** The agent changed one flag after an OOM. */
  readonly 'engine.adjusted': { readonly replica: string; readonly flag: string; readonly from: string; readonly to: string }
  /** exitCode is -1 where it is not known. oomKilled only where there is evidence. */
  readonly 'container.exit': {
    readonly replica: string
    readonly instance: string
    readonly exitCode: number
    readonly oomKilled: boolean
  }
  readonly 'container.gpu-lost': { readonly replica: string }
  readonly 'tuning.drift': { readonly key: string; readonly expected: string; readonly found: string }
}
