import type { KernelFact, KernelPattern } from './kernel/fact.ts'
import { gpuLines } from './kernel/gpu.ts'
import { machineLines } from './kernel/machine.ts'
import { memoryLines } from './kernel/memory.ts'
import { networkLines } from './kernel/network.ts'
import { storageLines } from './kernel/storage.ts'
import { longestLine } from './pattern.ts'

/** Every pattern of the kernel's log. No two of them match the same sample. */
export const kernelPatterns: readonly KernelPattern[] = [...gpuLines, ...memoryLines, ...storageLines, ...networkLines, ...machineLines]

/** What a kernel line tells; undefined for the many that tell nothing here. */
export const kernelFactOf = (line: string): KernelFact | undefined => {
  const bounded = line.slice(0, longestLine)
  for (const { test, read } of kernelPatterns) {
    const match = test.exec(bounded)
    const fact = match && read(match, bounded)
    if (fact) return fact
  }
  return undefined
}

/** A line as it may be kept: without the identities of GPUs and boards. */
export const withoutIdentities = (line: string): string =>
  line
    .replaceAll(/(?:GPU|MIG)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, 'GPU-(removed)')
    .replaceAll(/(serial number(?: is|:)?) \S{4,40}/gi, '$1 (removed)')
