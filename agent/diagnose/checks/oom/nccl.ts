import { found } from '../../../../shared/diagnosis/found.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { seen } from '../evidence.ts'
import { type ReplicaLog, replicaLogs } from './replica-logs.ts'

/** Pure. */
export const judgeNccl = (logs: readonly ReplicaLog[]): CheckOutcome => ({
  findings: logs.flatMap(({ spec, reading }) =>
    reading.nccl.flatMap(({ cause, line }) => {
      if (cause !== 'shared-memory' && cause !== 'memlock') return []
      const params = { replica: spec.id, cause, shmMiB: spec.shmMiB }
      return [found('oom.nccl-memory', 'CRITICAL', { subject: `replica/${spec.id}`, params, evidence: [seen(`log of ${spec.id}`, line)] })]
    }),
  ),
  looked: [
    seen('logs of replicas', logs.length === 0 ? 'no replica has one' : logs.map(({ spec, lines }) => `${spec.id}: ${lines} lines`)),
  ],
})

export const nccl: Check = {
  id: 'oom.nccl',
  subject: 'oom',
  deadlineMs: 60_000,
  run: async (context, signal) => judgeNccl(await replicaLogs(context, signal)),
}
