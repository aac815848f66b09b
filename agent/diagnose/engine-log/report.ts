import type { OomPhase } from '../../../shared/diagnosis/catalogue/engine.ts'
import type { NcclCause, OomAdvice, OomFigures } from '../patterns/pattern.ts'

/** An OOM as the engine's own log tells it. */
export interface OomReport {
  /** The spec's preset, or what wrote the lines; empty when neither tells. */
  readonly engine: string
  readonly phase: OomPhase
  readonly figures: OomFigures
  readonly advice?: OomAdvice | undefined
  /** Of the GPU that ran out, by the replica's own list; empty when the log names none. */
  readonly gpuUuid: string
  /** The lines that say so, the first one first. */
  readonly lines: readonly string[]
}

export interface NcclTrouble {
  readonly kind: 'error' | 'timeout'
  readonly error: string
  readonly cause: NcclCause
  readonly collective: string
  readonly timeoutMs: number
  readonly line: string
}

/** What the tail of an engine's log tells of faults. */
export interface EngineLogReading {
  readonly oom?: OomReport | undefined
  readonly cudaErrors: readonly { readonly error: string; readonly line: string }[]
  readonly nccl: readonly NcclTrouble[]
  /** The line that says that the container sees its GPU no more. */
  readonly gpuLost?: string | undefined
  /** Lines that look like a want of memory and that no pattern knows. */
  readonly unrecognised: readonly string[]
}
