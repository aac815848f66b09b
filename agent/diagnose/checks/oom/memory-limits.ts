import { found } from '../../../../shared/diagnosis/found.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { seen } from '../evidence.ts'
import { type ReplicaMemoryFacts, replicaMemoryFacts } from './host-memory.ts'

const nearPercent = 90

/** Pure. */
export const judgeMemoryLimits = (replicas: readonly ReplicaMemoryFacts[]): CheckOutcome => {
  const bounded = replicas.flatMap(({ replica, instances }) =>
    instances.flatMap(({ cgroup }) => (cgroup?.limitMiB ? [{ replica, ...cgroup, limitMiB: cgroup.limitMiB }] : [])),
  )
  const findings = bounded.flatMap(({ replica, usedMiB, limitMiB, directory }) => {
    const percent = Math.round((usedMiB / limitMiB) * 100)
    if (percent < nearPercent) return []
    const evidence = [seen(directory, `${usedMiB} of ${limitMiB} MiB without inactive files`)]
    return [
      found('oom.limit-near', 'WARNING', { subject: `replica/${replica}`, params: { replica, usedMiB, limitMiB, percent }, evidence }),
    ]
  })
  const lines = bounded.map(({ replica, usedMiB, limitMiB }) => `${replica}: ${usedMiB} of ${limitMiB} MiB`)
  return { findings, looked: [seen('memory cgroups of running replicas', lines.length === 0 ? 'no replica with a limit runs' : lines)] }
}

export const memoryLimits: Check = {
  id: 'oom.memory-limits',
  subject: 'oom',
  deadlineMs: 30_000,
  run: async (context) => judgeMemoryLimits(await replicaMemoryFacts(context)),
}
