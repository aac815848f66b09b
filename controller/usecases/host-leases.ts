import { HostlerError } from '../../shared/errors/hostler-error.ts'
import { Exclusive } from '../../shared/lifecycle/exclusive.ts'

/** A host is in one measurement at a time, whoever asks: two at once would measure each other. One for the whole controller. */
export class HostLeases {
  readonly #exclusive = new Exclusive()

  /**
   * Runs a task that has both hosts to itself. Waits for them in the order of their ids, so that no two tasks wait for each other. Rejects with
   * DEADLINE_EXCEEDED when the signal aborts first, and with what the task rejects with. The task must end by itself at the signal.
   */
  withBoth<T>(a: string, b: string, signal: AbortSignal, task: () => Promise<T>): Promise<T> {
    const [first, second] = a < b ? [a, b] : [b, a]
    const unlessAborted =
      <R>(work: () => Promise<R>) =>
      async (): Promise<R> => {
        if (signal.aborted) throw new HostlerError('DEADLINE_EXCEEDED', 'the measurement was cancelled or ran out of time')
        return work()
      }
    return this.#exclusive.run(
      first,
      unlessAborted(() => this.#exclusive.run(second, unlessAborted(task))),
    )
  }
}
