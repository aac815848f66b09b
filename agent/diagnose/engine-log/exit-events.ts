import { happened } from '../../../shared/diagnosis/found.ts'
import type { TimelineEvent } from '../../../shared/diagnosis/timeline.ts'
import type { EngineExit } from '../../reconcile/engine-exit.ts'
import { withoutIdentities } from '../patterns/kernel-lines.ts'

/** What the end of an engine puts on the timeline: what its log tells, its end, and what is changed for its next start. Pure. */
export const exitEvents = ({ spec, instanceId, atUnixMs, failure, reading, lines, taken }: EngineExit): readonly TimelineEvent[] => {
  const { id: replica } = spec
  const subject = `replica/${replica}`
  const timeOf = (line: string): number => {
    const said = lines.find(({ text }) => text.trim() === line)?.atUnixMs ?? 0
    // Without a time of its own a line came before the end of its engine.
    return said === 0 ? atUnixMs - 1 : Math.min(said, atUnixMs)
  }
  const told = (line: string) => ({ atUnixMs: timeOf(line), source: 'engine' as const, subject, line: withoutIdentities(line) })
  const { oom, cudaErrors, nccl, gpuLost } = reading
  const events: TimelineEvent[] = [
    ...(oom
      ? [
          happened('engine.cuda-oom', {
            ...told(oom.lines[0] ?? ''),
            params: {
              replica,
              engine: oom.engine,
              phase: oom.phase,
              gpuUuid: oom.gpuUuid,
              triedMiB: oom.figures.triedMiB ?? 0,
              freeMiB: oom.figures.freeMiB ?? 0,
            },
          }),
        ]
      : []),
    ...cudaErrors.map(({ error, line }) => happened('engine.cuda-error', { ...told(line), params: { replica, error } })),
    ...nccl.map(({ kind, error, collective, timeoutMs, line }) =>
      kind === 'timeout'
        ? happened('engine.nccl-timeout', { ...told(line), params: { replica, collective, timeoutMs } })
        : happened('engine.nccl-error', { ...told(line), params: { replica, error } }),
    ),
    ...(gpuLost === undefined ? [] : [happened('container.gpu-lost', { ...told(gpuLost), source: 'container', params: { replica } })]),
    happened('container.exit', {
      atUnixMs,
      source: 'container',
      subject,
      params: { replica, instance: instanceId, exitCode: failure.exitCode ?? -1, oomKilled: failure.oomKilled },
    }),
    ...taken.map(({ name, from, to }) =>
      happened('engine.adjusted', { atUnixMs, source: 'agent', subject, params: { replica, flag: name, from, to } }),
    ),
  ]
  return events.toSorted((a, b) => a.atUnixMs - b.atUnixMs)
}
