import type { ExecutionContext } from 'ava'
import type { CheckContext } from '../../../../../agent/diagnose/context.ts'
import { hostFiles } from '../../../../../agent/diagnose/files.ts'
import type { Instance } from '../../../../../agent/runtime/runtime.ts'
import type { ReplicaSpec } from '../../../../../shared/fleet/replica.ts'
import { type LabProcess, startProcess } from '../../../../lab/process.ts'
import { eventually } from '../../../../lab/wait.ts'
import { checkContext } from '../../../../support/check-context.ts'
import { identityFor, replicaSpec } from '../../../runtime/replica-specs.ts'

/** A process in the place of an engine: `script` runs in a shell, prints `ready` when it is so, and stays. Ends with the test. */
export const engineProcess = async (t: ExecutionContext, command: string, args: readonly string[]): Promise<LabProcess> => {
  const started = await startProcess(command, args)
  t.teardown(() => started.stop())
  await started.outputs(/ready/, 10_000)
  return started
}

export const instanceOf = (pid: number, spec: ReplicaSpec): Instance => ({
  runtime: spec.runtime,
  id: `instance-${pid}`,
  identity: identityFor(spec),
  state: 'running',
  pid,
  startedUnixMs: Date.now(),
  oomKilled: false,
  warnings: [],
})

/** This machine, where a replica of these words is this process. */
export const withReplica = (pid: number, changes: Partial<ReplicaSpec> = {}): CheckContext => {
  const spec = replicaSpec(changes)
  return checkContext({
    instances: async () => [instanceOf(pid, spec)],
    spec: () => ({ generation: 1, replicas: [spec], diagnosisSchedule: '' }),
  })
}

/** Waits until the kernel says of the process what is looked for: an exec takes a moment. */
export const untilStat = (pid: number, matches: RegExp, what: string): Promise<true> =>
  eventually(async () => matches.test((await hostFiles('').text(`/proc/${pid}/stat`)) ?? ''), { deadlineMs: 10_000, what })
