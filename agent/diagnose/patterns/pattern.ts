import type { OomPhase } from '../../../shared/diagnosis/catalogue/engine.ts'

/** A line that was seen, so that a pattern that a later version breaks is found by its age. */
export interface Sample {
  /** Program and version that wrote it, as far as known. */
  readonly from: string
  /** The day of the log, or the day on which the source or documentation was read: 2026-11-23. */
  readonly dated: string
  /** log: a line that was really logged. source: made from the text in the program's source or documentation. */
  readonly origin: 'log' | 'source'
  readonly line: string
}

export interface LinePattern<Meaning> {
  readonly id: string
  /** Linear: no nested or adjacent unbounded repeats. Lines are cut before they are matched. */
  readonly test: RegExp
  /** undefined: the line looked like it and is not. */
  read(match: RegExpExecArray, line: string): Meaning | undefined
  readonly samples: readonly Sample[]
}

/** Lines are read up to here; a PyTorch report that names eight processes takes about 1,200 characters. */
export const longestLine = 4_096

/** Another process on the GPU, as the engine's own report names it. The pid is in the host's numbering, unless the engine hides it. */
export interface LogHolder {
  readonly pid: number
  readonly usedMiB: number
}

/** What a report of an OOM says in numbers. Absent is not zero. */
export interface OomFigures {
  readonly gpuOrdinal?: number
  readonly triedMiB?: number
  readonly capacityMiB?: number
  readonly freeMiB?: number
  /** By this process, everything included. */
  readonly inUseMiB?: number
  readonly allocatedMiB?: number
  readonly privatePoolsMiB?: number
  readonly reservedUnallocatedMiB?: number
  readonly holders?: readonly LogHolder[]
  /** Sequences that it was warmed up with. */
  readonly sequences?: number
  readonly maxModelLen?: number
  readonly possibleModelLen?: number
  readonly kvNeededMiB?: number
  readonly kvAvailableMiB?: number
  /** Fraction of the GPU that the engine was told to take. */
  readonly utilization?: number
  /** The allocator's setting that the report itself recommends. */
  readonly allocatorVariable?: string
}

/** advice: which way the engine's own message points, where it does. */
export type OomAdvice = 'raise-memory-fraction' | 'lower-memory-fraction' | 'shorten-length' | 'fewer-sequences' | 'fewer-tokens'

export type NcclCause = 'shared-memory' | 'memlock' | 'network' | 'peer' | 'other'

/** What one line of an engine's log means. */
export type LineMeaning =
  | { readonly kind: 'oom'; readonly phase?: OomPhase; readonly figures: OomFigures; readonly advice?: OomAdvice }
  /** What the engine was doing when it wrote this line, or this frame of a traceback. */
  | { readonly kind: 'phase'; readonly phase: OomPhase }
  | { readonly kind: 'cuda-error'; readonly error: string }
  | { readonly kind: 'nccl-error'; readonly error: string; readonly cause: NcclCause }
  | { readonly kind: 'nccl-timeout'; readonly collective: string; readonly timeoutMs: number }
  | { readonly kind: 'gpu-lost' }
  /** It says that something failed above. */
  | { readonly kind: 'symptom' }

export type EnginePattern = LinePattern<LineMeaning>
