import { isDeepStrictEqual } from 'node:util'
import type { ReplicaSpec, ReplicaStatus } from '../../shared/fleet/replica.ts'
import type { Instance } from '../runtime/runtime.ts'
import type { ReplicaMemory } from './memory.ts'
import { adjustmentsOf, inForce, type TakenChange } from './oom/memory.ts'
import { adjustedWarning } from './oom/words.ts'
import type { View } from './plan.ts'

export interface StatusInput {
  readonly id: string
  /** undefined: it is in no spec any more, but not yet gone. */
  readonly spec: ReplicaSpec | undefined
  readonly view: View
  readonly memory: ReplicaMemory | undefined
  readonly instance: Instance | undefined
  readonly nowMs: number
  readonly nowUnixMs: number
}

const adjusted = ({ spec, memory }: StatusInput): readonly TakenChange[] => (spec ? inForce(spec, memory?.oom) : [])

const warningsOf = (input: StatusInput): readonly string[] => [
  ...adjustedWarning(adjusted(input)),
  ...(input.instance?.warnings ?? []),
  // The instance's own warnings say it better once it runs.
  ...(input.instance
    ? []
    : input.view.findings.filter(({ severity }) => severity === 'warning').map(({ message, remedy }) => `${message} ${remedy}.`)),
]

/** The status of one replica; sinceUnixMs is kept from `before` while the phase stays. Pure. */
export const statusOf = (input: StatusInput, before: ReplicaStatus | undefined): ReplicaStatus => {
  const { spec, view, memory, instance } = input
  const { phase } = view
  const identity = instance?.identity
  // Also of a replica that is well again: whoever sees restarts wants to know why.
  const failure = memory?.lastFailure
  return {
    id: input.id,
    deployment: spec?.deployment ?? identity?.deployment ?? before?.deployment ?? '',
    revision: spec?.revision ?? identity?.revision ?? before?.revision ?? 0,
    phase,
    reason: view.reason,
    message: view.message,
    endpoint: identity && instance.state === 'running' && identity.port !== 0 ? `${identity.address}:${identity.port}` : '',
    restarts: Math.max(0, (memory?.launches ?? 0) - 1),
    sinceUnixMs: before?.phase === phase ? before.sinceUnixMs : input.nowUnixMs,
    ...(failure?.exitCode === undefined ? {} : { exitCode: failure.exitCode }),
    oomKilled: failure?.oomKilled ?? false,
    lastLogLines: failure?.logLines ?? [],
    instanceId: instance?.id ?? '',
    warnings: warningsOf(input),
    gpuUuids: spec?.gpuUuids ?? identity?.gpuUuids ?? [],
    progressPercent: phase === 'pulling' ? (memory?.pullPercent ?? 0) : 0,
    preflight: view.findings,
    nextAttemptUnixMs: view.nextAttemptMs === 0 ? 0 : Math.round(input.nowUnixMs + Math.max(0, view.nextAttemptMs - input.nowMs)),
    adjustments: adjustmentsOf(adjusted(input)),
  }
}

/** Whether two statuses say the same; the time of the next attempt wanders by the rounding of two clocks. */
export const sameStatus = (a: ReplicaStatus | undefined, b: ReplicaStatus): boolean => {
  if (!a) return false
  if (Math.abs(a.nextAttemptUnixMs - b.nextAttemptUnixMs) > 100) return false
  return isDeepStrictEqual({ ...a, nextAttemptUnixMs: 0 }, { ...b, nextAttemptUnixMs: 0 })
}
