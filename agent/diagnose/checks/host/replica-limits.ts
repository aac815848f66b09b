import type { Finding } from '../../../../shared/diagnosis/finding.ts'
import { found } from '../../../../shared/diagnosis/found.ts'
import type { Check, CheckOutcome } from '../../check.ts'
import type { CheckContext } from '../../context.ts'
import { seen } from '../evidence.ts'
import { type RunningReplica, runningReplicas } from './running-replicas.ts'

export interface ReplicaLimits {
  readonly replica: RunningReplica
  /** Bytes; Infinity when unlimited. */
  readonly memlockBytes: number
  /** CAP_IPC_LOCK in effect: the limit is not enforced. */
  readonly ipcLock: boolean
  readonly openFilesLimit: number
  readonly openFiles: number
  /** The lines of /proc/PID/limits that say so. */
  readonly lines: readonly string[]
}

/** One connection, one file; below this a burst of streams meets the limit before any other. */
const fewFiles = 4_096
/** Below this not even NCCL's own buffers can be registered. */
const registersBytes = 64 * 1024 * 1024
const ipcLockBit = 1n << 14n

/** The soft limit of a line of /proc/PID/limits, such as `Max open files`; undefined when it is not there. Pure. */
export const softLimit = (limits: string, name: string): number | undefined => {
  const value = new RegExp(`^${name}\\s+(\\S+)`, 'm').exec(limits)?.[1]
  if (value === undefined) return undefined
  return value === 'unlimited' ? Number.POSITIVE_INFINITY : Number(value)
}

const judgeMemlock = ({ replica, memlockBytes, ipcLock, lines }: ReplicaLimits, rdma: boolean): readonly Finding[] => {
  const asked = replica.spec !== undefined && replica.spec.memlock !== 'off'
  const registers = rdma || replica.gpus > 1
  if (ipcLock || memlockBytes === Number.POSITIVE_INFINITY || (!asked && !registers)) return []
  // One GPU and no RDMA registers next to nothing: the limit is a hint there, not a fault to come.
  const grave = (rdma && replica.gpus > 0) || (registers && memlockBytes < registersBytes)
  return [
    found('host.memlock-limited', grave ? 'WARNING' : 'INFO', {
      subject: `replica/${replica.id}`,
      params: { replica: replica.id, limitKiB: Math.floor(memlockBytes / 1024), gpus: replica.gpus, rdma, asked, runtime: replica.runtime },
      evidence: [seen(`/proc/${replica.pid}/limits`, lines)],
    }),
  ]
}

const judgeFiles = ({ replica, openFiles, openFilesLimit, lines }: ReplicaLimits, thresholdPercent: number): readonly Finding[] => {
  const full = openFiles * 100 >= openFilesLimit * thresholdPercent
  if (!full && openFilesLimit >= fewFiles) return []
  return [
    found('host.open-files', full ? 'WARNING' : 'INFO', {
      subject: `replica/${replica.id}`,
      params: { replica: replica.id, open: openFiles, limit: openFilesLimit, runtime: replica.runtime },
      evidence: [seen(`/proc/${replica.pid}/limits`, lines), seen(`/proc/${replica.pid}/fd`, `${openFiles} open`)],
    }),
  ]
}

/** Pure. */
export const judgeLimits = (all: readonly ReplicaLimits[], rdma: boolean, openFilesPercent: number): CheckOutcome => ({
  findings: all.flatMap((one) => [...judgeMemlock(one, rdma), ...judgeFiles(one, openFilesPercent)]),
  looked:
    all.length === 0 ? [seen('/proc', 'no replica runs')] : all.map(({ replica, lines }) => seen(`/proc/${replica.pid}/limits`, lines)),
})

const readLimits = async ({ files }: CheckContext, replica: RunningReplica): Promise<ReplicaLimits | undefined> => {
  const limits = await files.text(`/proc/${replica.pid}/limits`)
  const memlockBytes = limits && softLimit(limits, 'Max locked memory')
  const openFilesLimit = limits && softLimit(limits, 'Max open files')
  if (!limits || memlockBytes === undefined || memlockBytes === '' || openFilesLimit === undefined || openFilesLimit === '')
    return undefined
  const capabilities = /^CapEff:\s*([0-9a-f]+)$/m.exec((await files.text(`/proc/${replica.pid}/status`)) ?? '')?.[1] ?? '0'
  return {
    ...{ replica, memlockBytes, openFilesLimit },
    ipcLock: (BigInt(`0x${capabilities}`) & ipcLockBit) !== 0n,
    openFiles: (await files.names(`/proc/${replica.pid}/fd`)).length,
    lines: limits.split('\n').filter((line) => /^Max (locked memory|open files)/.test(line)),
  }
}

export const replicaLimits: Check = {
  id: 'host.replica-limits',
  subject: 'host',
  deadlineMs: 15_000,
  run: async (context) => {
    const all = await Promise.all((await runningReplicas(context)).map((replica) => readLimits(context, replica)))
    const rdma = (await context.files.names('/sys/class/infiniband')).length > 0
    // One that has gone in between has no limits to judge.
    return judgeLimits(
      all.filter((one) => one !== undefined),
      rdma,
      context.thresholds.openFilesPercent,
    )
  },
}
