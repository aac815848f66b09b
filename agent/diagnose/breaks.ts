/** When something breaks, and what to look at then. Pure. */
import type { Subject } from '../../shared/diagnosis/subjects.ts'
import type { TimelineEvent } from '../../shared/diagnosis/timeline.ts'
import type { ReplicaStatus } from '../../shared/fleet/replica.ts'

export interface Break {
  /** What broke, such as `replica/chat-1`. */
  readonly cause: string
  readonly subjects: readonly Subject[]
}

const exitReasons = new Set(['EXITED', 'OOM_KILLED', 'CUDA_OOM', 'LAUNCH_FAILED', 'LOAD_TIMEOUT', 'HEALTH_FAILED', 'WARM_PROBE_FAILED'])
const gpuReasons = new Set(['GPU_MISSING'])
const failing = new Set(['backoff', 'failed', 'unhealthy', 'blocked'])

/** A replica broke when it goes over into a failing phase with a reason of its own; one that stays there has broken once. */
export const breakOfReplica = (before: ReplicaStatus | undefined, after: ReplicaStatus): Break | undefined => {
  const same = before !== undefined && before.phase === after.phase && before.reason === after.reason && before.restarts === after.restarts
  if (same || !failing.has(after.phase)) return undefined
  const cause = `replica/${after.id}`
  if (gpuReasons.has(after.reason)) return { cause, subjects: ['gpu'] }
  if (exitReasons.has(after.reason)) return { cause, subjects: ['oom', 'gpu'] }
  return undefined
}

const byEvent: readonly { readonly code: RegExp; readonly subjects: readonly Subject[] }[] = [
  { code: /^(kernel\.(xid|sxid)|gpu\.)/, subjects: ['gpu'] },
  { code: /^container\.gpu-lost$/, subjects: ['gpu'] },
  { code: /^(kernel\.oom-kill|engine\.cuda-oom)$/, subjects: ['oom'] },
  { code: /^kernel\.(xfs-shutdown|nvme-timeout|io-error|remount)/, subjects: ['storage'] },
  { code: /^kernel\.(neighbour-overflow|link-down)/, subjects: ['network'] },
]

/** Only news is a break: the kernel's log tells the past again at each start of the agent. */
export const breakOfEvent = (event: TimelineEvent, startedUnixMs: number): Break | undefined => {
  if (event.atUnixMs < startedUnixMs) return undefined
  const rule = byEvent.find(({ code }) => code.test(event.code))
  return rule && { cause: event.subject, subjects: rule.subjects }
}
