import { found } from '../../../../shared/diagnosis/found.ts'
import { pause } from '../../../../shared/lifecycle/deadline.ts'
import { parseStat } from '../../../runtime/proc.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import type { HostFiles } from '../../context.ts'
import { seen } from '../evidence.ts'
import { runningReplicas } from './running-replicas.ts'

/** A process in uninterruptible sleep. `runs` is how often it has run: the same twice, and it was not awake in between. */
export interface Sleeper {
  readonly pid: number
  readonly name: string
  readonly startTicks: number
  readonly session: number
  readonly runs: string
  /** The kernel's function that it waits in; empty where that is not told. */
  readonly waitsIn: string
}

const betweenMs = 2_500
/** A wedged driver takes dozens of processes with it; a few name it. */
const mostReported = 10

const switches = (status: string): string => /^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1] ?? ''

const allPids = async (files: HostFiles): Promise<readonly string[]> => (await files.names('/proc')).filter((name) => /^\d+$/.test(name))

const readSleepers = async (files: HostFiles, pids: readonly string[]): Promise<readonly Sleeper[]> => {
  const sleepers: Sleeper[] = []
  for (const pid of pids) {
    const stat = parseStat((await files.text(`/proc/${pid}/stat`)) ?? '')
    if (stat?.state !== 'D') continue
    // Threads of the kernel itself have no command line, and rest in this state.
    if (((await files.text(`/proc/${pid}/cmdline`)) ?? '') === '') continue
    sleepers.push({
      pid: stat.pid,
      name: stat.name,
      startTicks: stat.startTicks,
      session: stat.session,
      runs: switches((await files.text(`/proc/${pid}/status`)) ?? ''),
      waitsIn: await waitsIn(files, pid),
    })
  }
  return sleepers
}

const waitsIn = async (files: HostFiles, pid: string): Promise<string> => {
  const name = (await files.text(`/proc/${pid}/wchan`).catch(() => undefined)) ?? ''
  return name === '0' ? '' : name.trim()
}

/** Those that slept through the whole time between two looks. Pure. */
export const judgeSleepers = (
  first: readonly Sleeper[],
  second: readonly Sleeper[],
  replicaOf: (sleeper: Sleeper) => string,
): CheckOutcome => {
  const same = (a: Sleeper, b: Sleeper) => a.pid === b.pid && a.startTicks === b.startTicks && a.runs === b.runs
  const stuck = second.filter((now) => first.some((before) => same(before, now))).slice(0, mostReported)
  return {
    findings: stuck.map((sleeper) => {
      const { pid, name: process, waitsIn: place } = sleeper
      const replica = replicaOf(sleeper)
      return found('host.process-stuck', replica !== '' || process === 'nvidia-smi' ? 'CRITICAL' : 'WARNING', {
        subject: replica === '' ? `process/${pid}` : `replica/${replica}`,
        params: { process, pid, waitsIn: place, replica },
        evidence: [
          seen(`/proc/${pid}/stat`, `state D twice, ${betweenMs} ms apart, without having run in between; waits in ${place || '?'}`),
        ],
      })
    }),
    looked: [seen('/proc', `${first.length} processes in state D, ${second.length} of them after ${betweenMs} ms too`)],
  }
}

export const stuckProcesses: Check = {
  id: 'host.stuck-processes',
  subject: 'host',
  deadlineMs: 30_000,
  run: async (context, signal) => {
    const replicas = await runningReplicas(context)
    const first = await readSleepers(context.files, await allPids(context.files))
    if (first.length > 0) await pause(betweenMs, signal)
    const second = await readSleepers(
      context.files,
      first.map(({ pid }) => `${pid}`),
    )
    return judgeSleepers(first, second, ({ pid, session }) => replicas.find((replica) => [pid, session].includes(replica.pid))?.id ?? '')
  },
}
