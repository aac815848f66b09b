import { found } from '../../../../shared/diagnosis/found.ts'
import type { InsideRun, Instance } from '../../../runtime/runtime.ts'
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
  /** How `nvidia-smi -L` ended inside; undefined when it was not run, because the host's own GPUs cannot be read either. */
  readonly listed: InsideRun | undefined
}

/** Major number of NVIDIA's device files. */
const nvidiaDevices = /^[ac] (?:195|\*):/m

/** What nvidia-smi said inside instead of listing GPUs; empty when it listed some, or said nothing about them. Pure. */
const refusedInside = (listed: InsideRun | undefined): string => {
  if (listed?.kind !== 'exited') return ''
  const { code, output } = listed
  if (code === 0 && /^GPU \d+:/m.test(output)) return ''
  const said = output.trim().split('\n')[0] || 'nothing'
  return `${said} (exit code ${code})`
}

const unlisted = {
  absent: 'no nvidia-smi inside',
  late: 'nvidia-smi inside did not answer',
} as const

/** Pure. */
export const judgeContainerAccess = (containers: readonly ContainerAccess[]): CheckOutcome => ({
  findings: containers.flatMap(({ replica, container, line, devicesAllowed, listed }) => {
    const inside = refusedInside(listed)
    const refused = devicesAllowed !== undefined && !nvidiaDevices.test(devicesAllowed)
    // An engine that complained before its container was put right is no evidence against GPUs that are listed now.
    const wellInside = listed?.kind === 'exited' && inside === ''
    if (inside === '' && !refused && (line === '' || wellInside)) return []
    const evidence = [
      ...(inside === '' ? [] : [seen('nvidia-smi -L inside', inside), seen('nvidia-smi outside', 'lists the GPUs')]),
      ...(line === '' ? [] : [seen(`log of ${replica}`, line)]),
      ...(devicesAllowed === undefined ? [] : [seen('devices.list of its cgroup', devicesAllowed)]),
    ]
    const said =
      inside !== ''
        ? `nvidia-smi -L inside says: ${inside}`
        : refused
          ? 'Its cgroup does not allow the devices of the GPU'
          : `It says: ${line}`
    const params = { replica, container: container.slice(0, 12), evidence: said }
    return [
      found('gpu.lost-in-container', 'CRITICAL', {
        subject: `replica/${replica}`,
        params,
        evidence,
        confidence: refused || inside !== '' ? 'certain' : 'likely',
      }),
    ]
  }),
  looked: [seen('running containers with GPUs', containers.length === 0 ? 'none' : containers.map(lookedAt))],
})

const lookedAt = ({ replica, listed }: ContainerAccess): string => {
  if (listed === undefined) return `${replica} (nvidia-smi not run inside: it gives no figures outside)`
  if (listed.kind === 'exited') return `${replica} (nvidia-smi -L inside)`
  return `${replica} (${listed.kind === 'refused' ? `nvidia-smi could not be run inside: ${listed.message}` : unlisted[listed.kind]})`
}

const tailLines = 300
/** Without persistence mode the first run initialises every GPU. */
const insideDeadlineMs = 15_000

const devicesOf = async ({ files }: CheckContext, pid: number | undefined): Promise<string | undefined> => {
  const cgroup = pid === undefined ? undefined : await files.text(`/proc/${pid}/cgroup`)
  const path = cgroup && /^\d+:(?:[^:]*,)?devices(?:,[^:]*)?:(\/.*)$/m.exec(cgroup)?.[1]
  return path ? files.text(`/sys/fs/cgroup/devices${path}/devices.list`) : undefined
}

/** Where the driver hangs or answers nothing on the host, a program inside would only be one more that hangs. */
const hostIsWell = ({ gpuSample }: CheckContext): boolean => {
  const { sample } = gpuSample()
  return sample !== undefined && sample.problem === '' && sample.gpus.length > 0
}

const accessOf = async (context: CheckContext, instance: Instance, signal: AbortSignal): Promise<ContainerAccess> => {
  const { id, pid, identity } = instance
  const listed = hostIsWell(context) ? await context.inside(instance, ['nvidia-smi', '-L'], insideDeadlineMs, signal) : undefined
  const lines = await context.logTail(identity.replicaId, tailLines, signal).catch(() => [])
  return {
    replica: identity.replicaId,
    container: id,
    line: lines.findLast((line) => meaningOf(line)?.meaning.kind === 'gpu-lost')?.trim() ?? '',
    devicesAllowed: await devicesOf(context, pid),
    listed,
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
