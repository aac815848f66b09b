import type { Clock } from '../../shared/clock/clock.ts'
import { happened } from '../../shared/diagnosis/found.ts'
import type { TimelineEvent } from '../../shared/diagnosis/timeline.ts'
import { untilBeat } from '../../shared/lifecycle/beat.ts'
import { pause } from '../../shared/lifecycle/deadline.ts'
import type { CheckContext } from './context.ts'

export interface LostGpusOptions extends Pick<CheckContext, 'gpuSample' | 'inventory'> {
  readonly onEvent: (event: TimelineEvent) => void
  readonly clock: Clock
  readonly everyMs?: number
}

const defaultEveryMs = 5_000

/** What was there and is there no more; undefined while the newest sample is no good one: then nothing can be told. Pure. */
export const presentGpus = ({ sample }: ReturnType<CheckContext['gpuSample']>): ReadonlySet<string> | undefined => {
  if (sample?.problem !== '' || sample.gpus.length === 0) return undefined
  return new Set(sample.gpus.flatMap(({ uuid }) => (uuid === undefined ? [] : [uuid])))
}

/** Puts GPUs that vanish between two samples on the timeline, once for each time. Runs until the signal aborts. */
export const watchLostGpus = async (
  { gpuSample, inventory, onEvent, clock, everyMs = defaultEveryMs }: LostGpusOptions,
  signal: AbortSignal,
) => {
  let before: ReadonlySet<string> = new Set()
  /** Their place on the bus, which the inventory forgets with them. */
  const buses = new Map<string, string>()
  do {
    const present = presentGpus(gpuSample())
    if (!present) continue
    for (const { uuid, pciBusId } of inventory().gpus) buses.set(uuid, pciBusId)
    for (const uuid of before) {
      if (present.has(uuid)) continue
      const params = { uuid, bus: buses.get(uuid) ?? '' }
      onEvent(happened('gpu.lost', { atUnixMs: clock.unixMs(), source: 'gpu', subject: `gpu/${uuid}`, params }))
    }
    before = present
  } while ((await pause(untilBeat(clock.monotonicMs(), everyMs), signal)) === 'elapsed')
}
