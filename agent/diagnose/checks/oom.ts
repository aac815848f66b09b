import type { Check } from '../check.ts'
import { gpuMemory } from './oom/gpu-memory.ts'
import { hostMemory } from './oom/host-memory.ts'
import { memoryLimits } from './oom/memory-limits.ts'
import { nccl } from './oom/nccl.ts'

/** The checks of this subject, in the order in which a report shows them. To add one: write its file, and put it here. */
export const oomChecks: readonly Check[] = [gpuMemory, hostMemory, memoryLimits, nccl]
