import { found } from '../../../../shared/diagnosis/found.ts'
import type { RuntimeInfo } from '../../../../shared/fleet/inventory.ts'
import type { ReplicaSpec } from '../../../../shared/fleet/replica.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import { seen } from '../evidence.ts'

/** A runtime that replicas of this host need and that cannot be used is critical; one that nothing needs yet is a hint. Pure. */
export const judgeRuntimes = (runtimes: readonly RuntimeInfo[], replicas: readonly ReplicaSpec[]): CheckOutcome => ({
  findings: runtimes
    .filter(({ problem }) => problem !== '')
    .map(({ name, problem }) => {
      const waiting = replicas.filter(({ runtime }) => runtime === name).map(({ id }) => id)
      return found('host.runtime-unusable', waiting.length > 0 ? 'CRITICAL' : 'INFO', {
        subject: `runtime/${name}`,
        params: { runtime: name, problem, replicas: waiting },
        evidence: [seen(name, problem)],
      })
    }),
  looked: [
    seen(
      'the inventory',
      runtimes.map(({ name, version, problem }) => `${name} ${version}: ${problem || 'answers'}`),
    ),
  ],
})

export const containerEngine: Check = {
  id: 'host.container-engine',
  subject: 'host',
  deadlineMs: 5_000,
  run: async ({ inventory, spec }) => judgeRuntimes(inventory().runtimes, spec()?.replicas ?? []),
}
