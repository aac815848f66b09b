import type { Finding, Params } from '../../../../shared/diagnosis/finding.ts'
import { found, notTheCause } from '../../../../shared/diagnosis/found.ts'
import type { TimelineEvent } from '../../../../shared/diagnosis/timeline.ts'
import type { Adjustment, ReplicaSpec, ReplicaStatus } from '../../../../shared/fleet/replica.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import type { CheckContext } from '../../context.ts'
import { withChanges } from '../../engine-log/apply.ts'
import type { Change } from '../../engine-log/moves.ts'
import { type ForeignHolder, remedyOf } from '../../engine-log/remedy.ts'
import type { OomReport } from '../../engine-log/report.ts'
import { seen } from '../evidence.ts'
import { holdersOn } from '../gpu/foreign-holders.ts'
import { type ReplicaLog, readingOf, replicaLogs } from './replica-logs.ts'

export interface GpuMemoryFacts {
  readonly specs: readonly ReplicaSpec[]
  readonly statuses: ReadonlyMap<string, ReplicaStatus>
  readonly logs: readonly ReplicaLog[]
  readonly events: readonly TimelineEvent[]
  /** GPU to processes on it that are not ours. */
  readonly foreign: ReadonlyMap<string, readonly ForeignHolder[]>
}

interface Ooms {
  readonly report: OomReport
  readonly times: number
  readonly atUnixMs: number | undefined
}

const isPhase = (text: unknown): text is OomReport['phase'] =>
  ['load', 'graph-capture', 'kv-cache', 'run', 'unknown'].includes(String(text))

/** The newest OOM of a replica: from the timeline, where its log may be gone since, else from its log. */
const oomsOf = (spec: ReplicaSpec, { events, logs }: GpuMemoryFacts): Ooms | undefined => {
  const told = events.filter(({ code, subject }) => code === 'engine.cuda-oom' && subject === `replica/${spec.id}`)
  const last = told.at(-1)
  const fromLog = logs.find((log) => log.spec.id === spec.id)?.reading.oom
  if (!last) return fromLog && { report: fromLog, times: 1, atUnixMs: undefined }
  const fromLine = readingOf(spec, [last.line], false).oom
  const { phase, gpuUuid, engine } = last.params
  const empty: OomReport = { engine: spec.engine, phase: 'unknown', figures: {}, gpuUuid: '', lines: [last.line] }
  const report = {
    ...(fromLine ?? fromLog ?? empty),
    ...(isPhase(phase) ? { phase } : {}),
    ...(typeof gpuUuid === 'string' && gpuUuid !== '' ? { gpuUuid } : {}),
    ...(typeof engine === 'string' && engine !== '' ? { engine } : {}),
  }
  return { report, times: told.length, atUnixMs: last.atUnixMs }
}

const asChange = ({ flag, from, to }: Adjustment): Change => ({ target: flag.startsWith('-') ? 'flag' : 'env', name: flag, from, to })

const textOf = (params: Params, name: string): string => (typeof params[name] === 'string' ? params[name] : '')

/** What the agent changed after the newest OOM. */
const takenAfter = (replica: string, atUnixMs: number | undefined, events: readonly TimelineEvent[]): readonly Change[] =>
  events
    .filter(
      ({ code, subject, atUnixMs: at }) =>
        code === 'engine.adjusted' && subject === `replica/${replica}` && at >= (atUnixMs ?? Number.POSITIVE_INFINITY),
    )
    .map(({ params }) =>
      asChange({
        flag: textOf(params, 'flag'),
        from: textOf(params, 'from'),
        to: textOf(params, 'to'),
        cause: '',
        atUnixMs: 0,
        held: false,
      }),
    )

const steps = (changes: readonly Change[]) => ({
  names: changes.map(({ name }) => name),
  from: changes.map(({ from }) => from),
  to: changes.map(({ to }) => to),
})

const oomFindings = (spec: ReplicaSpec, facts: GpuMemoryFacts): Finding[] => {
  const ooms = oomsOf(spec, facts)
  if (!ooms) return []
  const { report, times, atUnixMs } = ooms
  const status = facts.statuses.get(spec.id)
  const before = (status?.adjustments ?? []).map(asChange)
  const taken = takenAfter(spec.id, atUnixMs, facts.events)
  const gpuUuid = report.gpuUuid || (spec.gpuUuids.length === 1 ? (spec.gpuUuids[0] ?? '') : '')
  const foreign = (gpuUuid === '' ? spec.gpuUuids : [gpuUuid]).flatMap((uuid) => facts.foreign.get(uuid) ?? [])
  const { command, args, env } = spec
  const remedy = remedyOf({ report, words: withChanges({ command, args, env }, before), foreign, before })
  const changes = taken.length > 0 ? taken : remedy.kind === 'change' ? remedy.changes : []
  const { triedMiB = -1, freeMiB = -1, capacityMiB = -1 } = report.figures
  const params = {
    replica: spec.id,
    deployment: spec.deployment,
    engine: report.engine,
    phase: report.phase,
    gpuUuid,
    triedMiB,
    freeMiB,
    capacityMiB,
    remedy: taken.length > 0 ? 'change' : remedy.kind,
    ...steps(changes),
    missingMiB: remedy.kind === 'weights' ? remedy.missingMiB : 0,
    adjusted: taken.length > 0,
    times,
  }
  const evidence = [{ ...seen(`log of ${spec.id}`, report.lines), ...(atUnixMs === undefined ? {} : { atUnixMs: Math.round(atUnixMs) }) }]
  const ruledOut = gpuUuid !== '' && foreign.length === 0 ? [notTheCause('oom.no-foreign-holder', { gpuUuid })] : []
  const verdict = status?.phase === 'ready' ? 'WARNING' : 'CRITICAL'
  return [
    found('oom.gpu-memory', verdict, { subject: `replica/${spec.id}`, params, evidence, ruledOut }),
    ...(remedy.kind === 'foreign' && taken.length === 0 ? foreign : []).map(({ pid, process, container, usedMiB }) =>
      found('oom.foreign-holder', 'CRITICAL', {
        subject: `replica/${spec.id}`,
        params: { replica: spec.id, pid, process, container, usedMiB },
        evidence: [seen('nvidia-smi -q -x', `pid ${pid}, ${process}, ${usedMiB} MiB`)],
      }),
    ),
  ]
}

const adjustedFinding = ({ id: replica }: ReplicaSpec, statuses: GpuMemoryFacts['statuses']): Finding[] => {
  const adjustments = statuses.get(replica)?.adjustments ?? []
  if (adjustments.length === 0) return []
  const params = { replica, ...steps(adjustments.map(asChange)), held: adjustments.every(({ held }) => held) }
  return [found('oom.adjusted', 'INFO', { subject: `replica/${replica}`, params, evidence: [] })]
}

const mostUnrecognised = 3

/** Pure. */
export const judgeGpuMemory = (facts: GpuMemoryFacts): CheckOutcome => ({
  findings: [
    ...facts.specs.flatMap((spec) => [...oomFindings(spec, facts), ...adjustedFinding(spec, facts.statuses)]),
    ...facts.logs.flatMap(({ spec, reading }) =>
      reading.unrecognised.slice(0, mostUnrecognised).map((line) =>
        found('oom.unrecognised', 'WARNING', {
          subject: `replica/${spec.id}`,
          params: { replica: spec.id, line: line.slice(0, 300) },
          evidence: [seen(`log of ${spec.id}`, line)],
        }),
      ),
    ),
    ...facts.logs
      .filter(({ problem }) => problem !== '')
      .map(({ spec, problem }) =>
        found('looking.failed', 'UNKNOWN', {
          subject: `replica/${spec.id}`,
          params: { what: `log of ${spec.id}`, message: problem },
          evidence: [],
        }),
      ),
  ],
  looked: [
    seen(
      'logs of replicas',
      facts.logs.length === 0 ? 'no replica has one' : facts.logs.map(({ spec, lines }) => `${spec.id}: ${lines} lines`),
    ),
  ],
})

const factsOf = async (context: CheckContext, signal: AbortSignal): Promise<GpuMemoryFacts> => ({
  specs: context.spec()?.replicas ?? [],
  statuses: context.statuses(),
  logs: await replicaLogs(context, signal),
  events: context.events(),
  foreign: await holdersOn(context, signal),
})

export const gpuMemory: Check = {
  id: 'oom.gpu-memory',
  subject: 'oom',
  deadlineMs: 60_000,
  run: async (context, signal) => judgeGpuMemory(await factsOf(context, signal)),
}
