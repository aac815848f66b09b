/** One figure for each way between two hosts. Pure. */
import type { Mesh, PeerProbe } from '../../shared/diagnosis/mesh.ts'

export interface MeshReading {
  readonly mbps?: number | undefined
  /** What the link, or the cap that was kept, lets through; absent where neither is known. */
  readonly expectedMbps?: number | undefined
  /** Under load where that was measured, idle otherwise. */
  readonly latencyMs?: number | undefined
  readonly idleMs?: number | undefined
  readonly lossPercent?: number | undefined
  /** Why the pair was left out; empty when it was not. */
  readonly skipped: string
  readonly problems: PeerProbe['problems']
}

export type MeshReadings = ReadonlyMap<string, ReadonlyMap<string, MeshReading>>

const optional = (value: number | null | undefined): number | undefined => value ?? undefined

/** By host from which, then host to which. A cell measures both ways: its reverse stands for the way back where that has no cell of its own. */
export const meshReadings = ({ cells }: Mesh): MeshReadings => {
  const readings = new Map<string, Map<string, MeshReading>>()
  const put = (from: string, to: string, reading: MeshReading, weak: boolean) => {
    const row = readings.get(from) ?? new Map<string, MeshReading>()
    readings.set(from, row)
    if (!weak || !row.has(to)) row.set(to, reading)
  }
  for (const weak of [false, true]) {
    for (const { from, to, probe, skipped } of cells) {
      const bounds = [probe?.linkMbps ?? 0, probe?.rateMbps ?? 0].filter((mbps) => mbps > 0)
      const latency = {
        expectedMbps: bounds.length === 0 ? undefined : Math.min(...bounds),
        latencyMs: optional(probe?.loaded?.averageMs ?? probe?.idle?.averageMs),
        idleMs: optional(probe?.idle?.averageMs),
        lossPercent: optional(probe?.loaded?.lossPercent ?? probe?.idle?.lossPercent),
        skipped,
        problems: probe?.problems ?? [],
      }
      const direction = weak ? probe?.reverse : probe?.forward
      const [source, target] = weak ? [to, from] : [from, to]
      put(source, target, { mbps: optional(direction?.mbps), ...latency }, weak)
    }
  }
  return readings
}
