import type { ReplicaSpec } from '../../../../shared/fleet/replica.ts'
import type { CheckContext } from '../../context.ts'
import { engineOf } from '../../engine-log/flags.ts'
import { readEngineLog } from '../../engine-log/read.ts'
import type { EngineLogReading } from '../../engine-log/report.ts'

export interface ReplicaLog {
  readonly spec: ReplicaSpec
  readonly reading: EngineLogReading
  readonly lines: number
  /** Why its log could not be read; empty when it was, or when there is none yet. */
  readonly problem: string
}

const tailLines = 1_000

export const readingOf = (spec: ReplicaSpec, lines: readonly string[], wasReady: boolean): EngineLogReading =>
  readEngineLog(lines, { engine: engineOf(spec.engine, [...spec.command, ...spec.args]) || spec.engine, gpuUuids: spec.gpuUuids, wasReady })

const asked = new WeakMap<CheckContext, Promise<readonly ReplicaLog[]>>()

const read = async (context: CheckContext, signal: AbortSignal): Promise<readonly ReplicaLog[]> => {
  const instances = await context.instances()
  const logs: ReplicaLog[] = []
  // One after another: a log may be long.
  for (const spec of context.spec()?.replicas ?? []) {
    if (!instances.some(({ identity }) => identity.replicaId === spec.id)) continue
    const wasReady = context.statuses().get(spec.id)?.phase === 'ready'
    try {
      const lines = await context.logTail(spec.id, tailLines, signal)
      logs.push({ spec, reading: readingOf(spec, lines, wasReady), lines: lines.length, problem: '' })
    } catch (error) {
      logs.push({ spec, reading: readingOf(spec, [], wasReady), lines: 0, problem: error instanceof Error ? error.message : String(error) })
    }
  }
  return logs
}

/** The logs of all replicas of this host, read once for all checks of a diagnosis. */
export const replicaLogs = (context: CheckContext, signal: AbortSignal): Promise<readonly ReplicaLog[]> => {
  const before = asked.get(context)
  if (before) return before
  const reading = read(context, signal)
  asked.set(context, reading)
  return reading
}
