import type { ReplicaSpec } from '../../shared/fleet/replica.ts'
import type { Change } from '../diagnose/engine-log/moves.ts'
import { readEngineLog } from '../diagnose/engine-log/read.ts'
import type { EngineLogReading } from '../diagnose/engine-log/report.ts'
import type { Failure } from './memory.ts'
import { engineOfSpec } from './oom/decide.ts'

/** A line of an engine's log; the time is 0 where its runtime keeps none. */
export interface EngineLine {
  readonly atUnixMs: number
  readonly text: string
}

/** How one engine ended, for whoever keeps a record of what happens on the host. */
export interface EngineExit {
  readonly spec: ReplicaSpec
  readonly instanceId: string
  readonly atUnixMs: number
  readonly failure: Failure
  readonly reading: EngineLogReading
  readonly lines: readonly EngineLine[]
  /** Changed for the next start. */
  readonly taken: readonly Change[]
}

const stamp = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})) /

/** A line of a log that was asked for with times. */
export const engineLine = (line: string): EngineLine => {
  const found = stamp.exec(line)
  const atUnixMs = found ? Date.parse(found[1]?.replace(/(\.\d{3})\d+/, '$1') ?? '') : Number.NaN
  return found && Number.isFinite(atUnixMs) ? { atUnixMs, text: line.slice(found[0].length) } : { atUnixMs: 0, text: line }
}

export const readExit = (spec: ReplicaSpec, lines: readonly EngineLine[], wasReady: boolean): EngineLogReading =>
  readEngineLog(
    lines.map(({ text }) => text),
    { engine: engineOfSpec(spec) || spec.engine, gpuUuids: spec.gpuUuids, wasReady },
  )
