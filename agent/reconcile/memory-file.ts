import type { StateFiles } from '../../shared/lifecycle/state-files.ts'
import { freshMemory, type ReplicaMemory } from './memory.ts'

/**
 * What outlives the agent of its memory: counters, ports, reasons. Times on disk are unix milliseconds, since a monotonic clock
 * begins anew. Losing the file costs a few counters, so a damaged one is simply not used.
 */
type Saved = Omit<ReplicaMemory, 'nextAttemptMs' | 'care' | 'pull' | 'pullPercent'> & {
  readonly nextAttemptUnixMs: number
  readonly pulled: boolean
}

interface Clocks {
  readonly nowMs: number
  readonly nowUnixMs: number
}

const toSaved = (memory: ReplicaMemory, { nowMs, nowUnixMs }: Clocks): Saved => {
  const { nextAttemptMs, care: _care, pull, pullPercent: _percent, ...rest } = memory
  return { ...rest, nextAttemptUnixMs: nowUnixMs + Math.max(0, nextAttemptMs - nowMs), pulled: pull.done }
}

const fromSaved = (saved: Saved, { nowMs, nowUnixMs }: Clocks, capMs: number): ReplicaMemory => {
  const { nextAttemptUnixMs, pulled, ...rest } = saved
  const fresh = freshMemory(rest.specHash)
  // A wall clock that was set back must not make a replica wait for years.
  const waitMs = Math.min(capMs, Math.max(0, nextAttemptUnixMs - nowUnixMs))
  return { ...fresh, ...rest, nextAttemptMs: nowMs + waitMs, pull: { ...fresh.pull, done: pulled } }
}

export const loadMemory = async (file: string, clocks: Clocks, capMs: number, files: StateFiles): Promise<Map<string, ReplicaMemory>> => {
  try {
    const saved = JSON.parse(await files.read(file)) as Record<string, Saved>
    return new Map(Object.entries(saved).map(([id, entry]) => [id, fromSaved(entry, clocks, capMs)]))
  } catch {
    return new Map()
  }
}

export const memoryText = (memory: ReadonlyMap<string, ReplicaMemory>, clocks: Clocks): string =>
  JSON.stringify(Object.fromEntries([...memory].map(([id, entry]) => [id, toSaved(entry, clocks)])))
