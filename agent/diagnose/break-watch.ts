import type { Clock } from '../../shared/clock/clock.ts'
import type { Subject } from '../../shared/diagnosis/subjects.ts'
import { messageOf } from '../../shared/errors/hostler-error.ts'
import type { ReplicaStatus } from '../../shared/fleet/replica.ts'
import { pause } from '../../shared/lifecycle/deadline.ts'
import type { Log } from '../../shared/log/log.ts'
import { type Break, breakOfEvent, breakOfReplica } from './breaks.ts'
import type { Diagnosis } from './diagnosis.ts'
import type { Outbox } from './outbox.ts'
import type { Timeline } from './timeline.ts'

export interface BreakWatchOptions {
  readonly statuses: () => ReadonlyMap<string, ReplicaStatus>
  readonly onStatus: (listener: (changedIds: readonly string[]) => void) => () => void
  readonly timeline: Timeline
  readonly diagnosis: Diagnosis
  readonly outbox: Outbox
  readonly clock: Clock
  readonly log: Log
}

/** Kernel, engine and cgroup tell of one fault within seconds of each other: their lines are to be there when it is looked at. */
const settleMs = 3_000
/** The same cause is not looked at again sooner: a crash loop is one fault. */
const againMs = 5 * 60_000
/** Nor is the same subject: what breaks at once, such as all replicas of a GPU, is looked at once. */
const apartMs = 30_000
const lookBackMs = 30 * 60_000
const mostCauses = 1_000

/** Diagnoses at once what breaks, and leaves the result for the controller. Runs until the signal aborts. */
export const watchBreaks = async (options: BreakWatchOptions, signal: AbortSignal): Promise<void> => {
  const { statuses, onStatus, timeline, diagnosis, outbox, clock, log } = options
  const startedUnixMs = clock.unixMs()
  const lastLookMs = new Map<string, number>()
  const running = new Set<Promise<void>>()
  let before = new Map(statuses())

  const nextMs = new Map<Subject, number>()
  const waiting = new Set<Subject>()
  const look = async (subject: Subject, cause: string) => {
    const nowMs = clock.monotonicMs()
    const atMs = Math.max(nowMs + settleMs, nextMs.get(subject) ?? 0)
    waiting.add(subject)
    const waited = await pause(atMs - nowMs, signal)
    waiting.delete(subject)
    nextMs.set(subject, clock.monotonicMs() + apartMs)
    if (waited === 'aborted') return
    const toUnixMs = clock.unixMs()
    try {
      outbox.put(await diagnosis.run({ subject, trigger: 'break', cause, fromUnixMs: toUnixMs - lookBackMs, toUnixMs }, signal))
    } catch (error) {
      if (!signal.aborted) log.warn('a break could not be diagnosed', { cause, subject, reason: messageOf(error) })
    }
  }
  const take = (broken: Break | undefined) => {
    if (!broken) return
    const nowMs = clock.monotonicMs()
    const last = lastLookMs.get(broken.cause)
    if (last !== undefined && nowMs - last < againMs) return
    if (lastLookMs.size >= mostCauses) lastLookMs.clear()
    lastLookMs.set(broken.cause, nowMs)
    for (const subject of broken.subjects) {
      // A look that is about to begin sees this too.
      if (waiting.has(subject)) continue
      const work: Promise<void> = look(subject, broken.cause).finally(() => running.delete(work))
      running.add(work)
    }
  }

  const offs = [
    timeline.onEvent((event) => take(breakOfEvent(event, startedUnixMs))),
    onStatus((changedIds) => {
      const now = statuses()
      for (const id of changedIds) {
        const status = now.get(id)
        if (status) take(breakOfReplica(before.get(id), status))
      }
      before = new Map(now)
    }),
  ]
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  for (const off of offs) off()
  await Promise.all(running)
}
