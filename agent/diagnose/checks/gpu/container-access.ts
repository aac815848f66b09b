import { found } from '../../../../shared/diagnosis/found.ts'
import type { Instance } from '../../../runtime/runtime.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import type { CheckContext } from '../../context.ts'
import { meaningOf } from '../../patterns/engine-lines.ts'
import { seen } from '../evidence.ts'

/** What is known of one running container that was given GPUs. */
export interface ContainerAccess {
  readonly replica: string
  readonly container: string
  /** Its line about NVML; empty when there is none. */
  readonly line: string
  /** Of cgroup v1, where the kernel tells it; undefined for v2, which does not. */
  readonly devicesAllowed: string | undefined
}

/** Major number of NVIDIA's device files. */
const nvidiaDevices = /^[ac] (?:195|\*):/m

/** Pure. */
export const judgeContainerAccess = (containers: readonly ContainerAccess[]): CheckOutcome => ({
  findings: containers.flatMap(({ replica, container, line, devicesAllowed }) => {
    const refused = devicesAllowed !== undefined && !nvidiaDevices.test(devicesAllowed)
    if (!refused && line === '') return []
    const evidence = [
      ...(line === '' ? [] : [seen(`log of ${replica}`, line)]),
      ...(devicesAllowed === undefined ? [] : [seen('devices.list of its cgroup', devicesAllowed)]),
    ]
    const said = refused ? 'Its cgroup does not allow the devices of the GPU' : `It says: ${line}`
    const params = { replica, container: container.slice(0, 12), evidence: said }
    return [
      found('gpu.lost-in-container', 'CRITICAL', {
        subject: `replica/${replica}`,
        params,
        evidence,
        confidence: refused ? 'certain' : 'likely',
      }),
    ]
  }),
  looked: [seen('running containers with GPUs', containers.length === 0 ? 'none' : containers.map(({ replica }) => replica))],
})

const tailLines = 300

const devicesOf = async ({ files }: CheckContext, pid: number | undefined): Promise<string | undefined> => {
  const cgroup = pid === undefined ? undefined : await files.text(`/proc/${pid}/cgroup`)
  const path = cgroup && /^\d+:(?:[^:]*,)?devices(?:,[^:]*)?:(\/.*)$/m.exec(cgroup)?.[1]
  return path ? files.text(`/sys/fs/cgroup/devices${path}/devices.list`) : undefined
}

const accessOf = async (context: CheckContext, { id, pid, identity }: Instance, signal: AbortSignal): Promise<ContainerAccess> => {
  const lines = await context.logTail(identity.replicaId, tailLines, signal).catch(() => [])
  return {
    replica: identity.replicaId,
    container: id,
    line: lines.findLast((line) => meaningOf(line)?.meaning.kind === 'gpu-lost')?.trim() ?? '',
    devicesAllowed: await devicesOf(context, pid),
  }
}

export const containerAccess: Check = {
  id: 'gpu.container-access',
  subject: 'gpu',
  deadlineMs: 30_000,
  run: async (context, signal) => {
    const all = await context.instances()
    const running = all.filter(
      ({ runtime, state, identity }) => runtime === 'docker' && state === 'running' && identity.gpuUuids.length > 0,
    )
    return judgeContainerAccess(await Promise.all(running.map((instance) => accessOf(context, instance, signal))))
  },
}
