import { cudaPatterns } from './cuda.ts'
import { llamacppPatterns } from './llamacpp.ts'
import { ncclPatterns } from './nccl.ts'
import { type EnginePattern, type LineMeaning, longestLine } from './pattern.ts'
import { phasePatterns } from './phases.ts'
import { pytorchPatterns } from './pytorch.ts'
import { sglangPatterns } from './sglang.ts'
import { tensorrtLlmPatterns } from './tensorrt-llm.ts'
import { vllmPatterns } from './vllm.ts'

/** Every pattern of an engine's log. No two of them match the same sample. */
export const enginePatterns: readonly EnginePattern[] = [
  ...pytorchPatterns,
  ...vllmPatterns,
  ...sglangPatterns,
  ...tensorrtLlmPatterns,
  ...llamacppPatterns,
  ...cudaPatterns,
  ...ncclPatterns,
  ...phasePatterns,
]

/** Which engine wrote a line, where its pattern is of one engine. */
const writers: readonly string[] = ['vllm', 'sglang', 'tensorrt-llm', 'llamacpp']

export interface KnownLine {
  readonly patternId: string
  /** Empty: the line is of a library that several engines use. */
  readonly engine: string
  readonly meaning: LineMeaning
}

/** What a line means; undefined for the many that mean nothing here. */
export const meaningOf = (line: string): KnownLine | undefined => {
  const bounded = line.slice(0, longestLine)
  for (const { id, test, read } of enginePatterns) {
    const match = test.exec(bounded)
    const meaning = match && read(match, bounded)
    if (meaning) return { patternId: id, engine: writers.find((writer) => id.startsWith(`${writer}.`)) ?? '', meaning }
  }
  return undefined
}

const oomLike =
  /out of memory|OutOfMemory|not enough (?:GPU |device )?memory|insufficient (?:GPU |device |video )?memory|\bOOM\b|failed to allocate|unable to allocate|alloc(?:ation)? failed|cannot allocate/i
/** Lines that speak of memory without a want of it: settings, frames of tracebacks, and hosts' own memory. */
const harmless =
  /on-?oom|oom_score|OutOfMemoryError as|except .{0,40}OutOfMemory|raise .{0,60}OutOfMemory|avoid(?:s|ing)? OOM|prevent(?:s|ing)? (?:OOM|out of memory)|may (?:cause|lead to) (?:OOM|out of memory)|if you (?:see|encounter|run) /i

/** A line that looks like a want of memory; with no pattern for it, it is shown to people so that one can be written. */
export const looksLikeOom = (line: string): boolean => {
  const bounded = line.slice(0, longestLine)
  return oomLike.test(bounded) && !harmless.test(bounded)
}
