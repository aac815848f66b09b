import type { CheckContext } from '../../../../../agent/diagnose/context.ts'
import { runBounded } from '../../../../../agent/observe/run-bounded.ts'
import type { LabHost } from '../../../../lab/host.ts'
import type { Lab } from '../../../../lab/lab.ts'
import { hostNamespace, namespaceFile } from '../../../../lab/network.ts'

/** Runs the programs of a check in the network of a lab's host. */
export const runOn = (lab: Lab, host: LabHost): Pick<CheckContext, 'run' | 'address'> => ({
  address: host.address,
  run: (program, args, deadlineMs, signal) =>
    runBounded('nsenter', [`--net=${namespaceFile(hostNamespace(lab.runId, host.name))}`, program, ...args], {
      deadlineMs,
      maxOutputBytes: 1024 * 1024,
      environment: { PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
      signal,
    }),
})
