import { randomUUID } from 'node:crypto'
import type { ExecutionContext } from 'ava'
import { openReconciler, type Reconciler, type ReconcilerOptions } from '../../../agent/reconcile/reconciler.ts'
import { ExecRuntime } from '../../../agent/runtime/exec/exec-runtime.ts'
import { noGpus } from '../../../agent/runtime/gpu-holders.ts'
import type { Runtime } from '../../../agent/runtime/runtime.ts'
import type { HostSpec, ReplicaPhase, ReplicaSpec, ReplicaStatus } from '../../../shared/fleet/replica.ts'
import { silentLog } from '../../../shared/log/log.ts'
import { eventually } from '../../lab/wait.ts'
import { execEnvironment } from '../runtime/exec-home.ts'
import { makeHome, removeHome } from '../runtime/homes.ts'

export const hostSpec = (generation: number, ...replicas: ReplicaSpec[]): HostSpec => ({ generation, replicas, diagnosisSchedule: '' })

export interface Running {
  readonly reconciler: Reconciler
  status(id: string): ReplicaStatus | undefined
  /** Waits until the replica is in the phase, and returns its status then. */
  reaches(id: string, phase: ReplicaPhase, also?: (status: ReplicaStatus) => boolean): Promise<ReplicaStatus>
  /** Ends the loop, as the end of the agent does. */
  end(): Promise<void>
}

/** Quick enough for tests; the defaults are tried by the property tests. */
const quick = {
  restart: {
    backoff: { firstMs: 200, factor: 2, capMs: 2_000 },
    pullBackoff: { firstMs: 200, factor: 2, capMs: 1_000 },
    forgiveMs: 600_000,
    holdMs: 300,
  },
  watch: { loadingPollMs: 50, warmAttempts: 2, warmPauseMs: 50, giveUpMs: 60_000 },
}

/** A directory for an agent's state, and reconcilers on it, one after another; all that they run ends with the test. */
export const agentHome = async (t: ExecutionContext, extra: (hostId: string) => readonly Runtime[] = () => []) => {
  // Of its own, also so that its ports are not chosen by another test at the same moment.
  const hostId = `host-${randomUUID().slice(0, 8)}`
  const stateDir = await makeHome()
  const exec = new ExecRuntime({ hostId, stateDir, baseEnv: execEnvironment })
  const runtimes = [exec, ...extra(hostId)]
  const opened: Running[] = []
  t.teardown(async () => {
    for (const running of opened) await running.end()
    for (const runtime of runtimes) for (const instance of await runtime.list().catch(() => [])) await runtime.remove(instance)
    await removeHome(stateDir)
  })
  const start = async (options: Partial<ReconcilerOptions> = {}): Promise<Running> => {
    const base = { hostId, address: '127.0.0.1', runtimes, holders: noGpus, stateDir, log: silentLog, ...quick }
    const reconciler = await openReconciler({ ...base, ...options })
    const stop = new AbortController()
    const done = reconciler.run(stop.signal)
    const status = (id: string) => reconciler.statuses().get(id)
    const running: Running = {
      reconciler,
      status,
      reaches: (id, phase, also = () => true) =>
        eventually(
          () => {
            const now = status(id)
            if (now?.phase === phase && also(now)) return now
            throw new Error(JSON.stringify(now))
          },
          { deadlineMs: 30_000, what: `${id} to be ${phase}`, everyMs: 10 },
        ),
      end: async () => {
        stop.abort()
        await done
      },
    }
    opened.push(running)
    return running
  }
  return { hostId, stateDir, exec, start }
}
