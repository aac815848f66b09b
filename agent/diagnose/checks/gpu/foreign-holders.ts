import { found } from '../../../../shared/diagnosis/found.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import type { CheckContext } from '../../context.ts'
import type { ForeignHolder } from '../../engine-log/remedy.ts'
import { seen } from '../evidence.ts'
import { type Gpu, lookAtGpus, type Report, subjectOf, which } from './report.ts'

/** A process on a GPU, with whose it is. */
export interface Holder {
  readonly pid: number
  readonly ours: boolean
  /** Empty: it is in no container. */
  readonly container: string
}

const drawsOnly = (type: string | undefined): boolean => type === 'G'

const foreignOn = (gpu: Gpu, holders: ReadonlyMap<number, Holder>) =>
  (gpu.processes ?? []).filter(({ pid, type }) => !drawsOnly(type) && holders.get(pid)?.ours === false)

/** Processes that are not ours; on a GPU that a replica is to have they take from it. Pure. */
export const judgeForeignHolders = (
  report: Report,
  holders: ReadonlyMap<number, Holder>,
  replicaOn: (uuid: string) => string,
): CheckOutcome => {
  const findings = report.gpus.flatMap((gpu) =>
    foreignOn(gpu, holders).map(({ pid, name, usedMiB }) => {
      const replica = replicaOn(gpu.uuid ?? '')
      const container = holders.get(pid)?.container ?? ''
      const evidence = [
        seen('nvidia-smi -q -x', `pid ${pid}, ${name ?? '?'}, ${usedMiB ?? '?'} MiB`),
        seen(`/proc/${pid}/cgroup`, container === '' ? 'in no container' : `container ${container}`),
      ]
      const params = { ...which(gpu), pid, process: name ?? '?', container, usedMiB: usedMiB ?? 0, replica }
      return found('gpu.foreign-holder', replica === '' ? 'INFO' : 'WARNING', { subject: subjectOf(gpu), params, evidence })
    }),
  )
  const unlisted = report.gpus.filter(({ processes }) => processes === undefined)
  const looked = [
    seen(
      'nvidia-smi -q -x',
      report.gpus.map((gpu) => `${gpu.pci.busId ?? gpu.index}: ${gpu.processes?.length ?? '?'} processes`),
    ),
  ]
  if (unlisted.length === 0) return { findings, looked }
  const message = `processes are not told of ${unlisted.map((gpu) => gpu.pci.busId ?? gpu.index).join(', ')}`
  return {
    findings: [
      ...findings,
      found('looking.failed', 'UNKNOWN', { subject: 'host', params: { what: 'nvidia-smi -q -x', message }, evidence: [] }),
    ],
    looked,
  }
}

const instanceMark = 'HOSTLER_INSTANCE='

/** Whose a process is, by its cgroup, and for one without a container by the mark in its environment. */
const holderOf = async ({ files }: CheckContext, pid: number, instanceIds: readonly string[]): Promise<Holder | undefined> => {
  const cgroup = await files.text(`/proc/${pid}/cgroup`)
  // It ended since the report was made.
  if (cgroup === undefined) return undefined
  const environment = (await files.text(`/proc/${pid}/environ`).catch(() => '')) ?? ''
  const ours = instanceIds.some((id) => cgroup.includes(id) || environment.split('\0').includes(`${instanceMark}${id}`))
  return { pid, ours, container: /[0-9a-f]{64}/.exec(cgroup)?.[0]?.slice(0, 12) ?? '' }
}

const holdersIn = async (context: CheckContext, report: Report): Promise<ReadonlyMap<number, Holder>> => {
  const ids = (await context.instances()).map(({ id }) => id)
  const pids = [...new Set(report.gpus.flatMap(({ processes }) => processes?.map(({ pid }) => pid) ?? []))]
  const holders = (await Promise.all(pids.map((pid) => holderOf(context, pid, ids)))).filter((holder) => holder !== undefined)
  return new Map(holders.map((holder) => [holder.pid, holder]))
}

/** GPU to the processes on it that are not ours, with what each holds; empty where the GPUs cannot be seen. */
export const holdersOn = async (context: CheckContext, signal: AbortSignal): Promise<ReadonlyMap<string, readonly ForeignHolder[]>> => {
  const looked = await lookAtGpus(context, signal)
  if ('outcome' in looked) return new Map()
  const holders = await holdersIn(context, looked.report)
  return new Map(
    looked.report.gpus.map((gpu) => [
      gpu.uuid ?? '',
      foreignOn(gpu, holders).map(({ pid, name, usedMiB }) => ({
        pid,
        process: name ?? '?',
        container: holders.get(pid)?.container ?? '',
        usedMiB: usedMiB ?? 0,
      })),
    ]),
  )
}

export const foreignHolders: Check = {
  id: 'gpu.foreign-holders',
  subject: 'gpu',
  deadlineMs: 30_000,
  run: async (context, signal) => {
    const looked = await lookAtGpus(context, signal)
    if ('outcome' in looked) return looked.outcome
    const replicas = context.spec()?.replicas ?? []
    const replicaOn = (uuid: string) => replicas.find(({ gpuUuids }) => gpuUuids.includes(uuid))?.id ?? ''
    return judgeForeignHolders(looked.report, await holdersIn(context, looked.report), replicaOn)
  },
}
