import type { Gpu, Report, Topology } from 'nvidia-smi-parser'
import { type Clock, systemClock } from '../../shared/clock/clock.ts'
import type { NvidiaSmi } from './nvidia-smi.ts'
import type { Answer, FailureReason, GpuObservation } from './types.ts'

// After these the GPUs may be as they were: we could not look. The other failures are news about the GPUs or the driver.
const couldNotLook: ReadonlySet<FailureReason> = new Set([
  'deadline',
  'wedged',
  'too-long',
  'not-started',
  'aborted',
  'empty',
  'truncated',
  'unreadable',
])

/** An answer in the light of the last good one. Pure. */
export const observation = (
  answer: Answer<Report>,
  lastGood: { readonly report: Report; readonly atMonotonicMs: number } | undefined,
  nowMs: number,
): GpuObservation => {
  switch (answer.state) {
    case 'ok':
      return { state: 'ok', gpus: answer.value.gpus, report: answer.value, atMonotonicMs: answer.atMonotonicMs }
    case 'absent':
      return answer
    case 'failed':
      if (!lastGood || !couldNotLook.has(answer.reason)) return answer
      return {
        state: 'stale',
        lastGood: lastGood.report,
        ageMs: nowMs - lastGood.atMonotonicMs,
        reason: answer.reason,
        detail: answer.detail,
      }
  }
}

/** Full reports, with the last good one kept for when nvidia-smi does not answer, and the topology. */
export class GpuObserver {
  readonly #nvidiaSmi: NvidiaSmi
  readonly #clock: Clock
  #lastGood: { report: Report; atMonotonicMs: number } | undefined
  #topology: { of: string; topology: Topology } | undefined

  constructor(nvidiaSmi: NvidiaSmi, clock: Clock = systemClock) {
    this.#nvidiaSmi = nvidiaSmi
    this.#clock = clock
  }

  /** Asks nvidia-smi. Never rejects. */
  async observe(signal?: AbortSignal): Promise<GpuObservation> {
    const answer = await this.#nvidiaSmi.report(signal)
    if (answer.state === 'ok') this.#lastGood = { report: answer.value, atMonotonicMs: answer.atMonotonicMs }
    return observation(answer, this.#lastGood, this.#clock.monotonicMs())
  }

  /** How these GPUs are joined; asked once for a set of GPUs, since it does not change. Undefined while it cannot be read. */
  async topology(gpus: readonly Gpu[], signal?: AbortSignal): Promise<Topology | undefined> {
    const of = gpus.map(({ uuid }) => uuid ?? '').join()
    if (this.#topology?.of !== of) {
      const answer = await this.#nvidiaSmi.topology(signal)
      this.#topology = answer.state === 'ok' ? { of, topology: answer.value } : undefined
    }
    return this.#topology?.topology
  }
}
