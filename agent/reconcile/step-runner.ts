import type { Timers } from '../../shared/clock/timers.ts'
import { pause } from '../../shared/lifecycle/deadline.ts'
import type { Log } from '../../shared/log/log.ts'
import { type Busy, busyWith, type Executors, type PullStep, type Step } from './step.ts'

export interface StepRunnerOptions {
  readonly executors: Executors
  readonly timers: Timers
  readonly log: Log
  /** A step has ended. */
  readonly onEnd: () => void
  readonly signal: AbortSignal
}

const failurePauseMs = 2_000

/** Runs steps beside the loop: a slow pull or a long drain of one replica never holds up another. */
export class StepRunner {
  readonly #options: StepRunnerOptions
  readonly #busy = new Map<string, Busy>()
  readonly #running = new Set<Promise<void>>()
  readonly #pulls = new Map<PullStep, AbortController>()

  constructor(options: StepRunnerOptions) {
    this.#options = options
  }

  /** Replicas with a step under way, and what it takes from others. */
  get busy(): ReadonlyMap<string, Busy> {
    return this.#busy
  }

  begin(step: Step): void {
    this.#busy.set(step.replicaId, busyWith(step))
    const running: Promise<void> = this.#execute(step).finally(() => {
      this.#busy.delete(step.replicaId)
      this.#running.delete(running)
      this.#options.onEnd()
    })
    this.#running.add(running)
  }

  /** Ends the pulls that nobody waits for any more: they may take an hour, and as long their replica would count as there. */
  cancelPulls(isWanted: (pull: PullStep) => boolean): void {
    for (const [pull, cancelled] of this.#pulls) if (!isWanted(pull)) cancelled.abort()
  }

  /** Resolves when the steps that are under way now have ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#running)
  }

  /** Never rejects. */
  async #execute(step: Step): Promise<void> {
    const { executors, timers, log, signal } = this.#options
    const execute = executors[step.kind] as (step: Step, signal: AbortSignal) => Promise<void>
    const cancelled = new AbortController()
    if (step.kind === 'pull') this.#pulls.set(step, cancelled)
    try {
      await execute(step, AbortSignal.any([signal, cancelled.signal]))
    } catch (error) {
      if (!signal.aborted) log.warn('a step failed and is planned again', { step: step.kind, replica: step.replicaId, error })
      await pause(failurePauseMs, signal, timers)
    } finally {
      if (step.kind === 'pull') this.#pulls.delete(step)
    }
  }
}
