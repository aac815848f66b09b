import type { HostDiagnosis } from '../../shared/diagnosis/host-diagnosis.ts'
import { Wake } from '../../shared/lifecycle/wake.ts'

const most = 32
const lookAgainMs = 60_000

/** Diagnoses that the controller has not taken yet. Bounded: the oldest goes first when the controller is away for long. */
export class Outbox {
  readonly #waiting: HostDiagnosis[] = []
  readonly #wake = new Wake()

  put(diagnosis: HostDiagnosis): void {
    this.#waiting.push(diagnosis)
    if (this.#waiting.length > most) this.#waiting.shift()
    this.#wake.wake()
  }

  /** The oldest, left in its place until `done`; undefined when the signal aborts first. */
  async next(signal: AbortSignal): Promise<HostDiagnosis | undefined> {
    while (!signal.aborted) {
      const [first] = this.#waiting
      if (first) return first
      await this.#wake.wait(lookAgainMs, signal)
    }
    return undefined
  }

  /** The controller has it. */
  done(id: string): void {
    const at = this.#waiting.findIndex((diagnosis) => diagnosis.id === id)
    if (at !== -1) this.#waiting.splice(at, 1)
  }
}
