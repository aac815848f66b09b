import { type Clock, systemClock } from '../../../shared/clock/clock.ts'
import type { Instance } from '../runtime.ts'

/** Whatever the engine's events leave out is seen after this. */
const freshMs = 60_000

/**
 * Running containers as last inspected. A listing is one call to the engine and an inspection one for each container, while nothing of a
 * running container changes before it ends, which the engine tells.
 */
export class KnownRunning {
  readonly #clock: Clock
  readonly #known = new Map<string, { readonly instance: Instance; readonly atMs: number }>()

  constructor(clock: Clock = systemClock) {
    this.#clock = clock
  }

  /** Undefined: it has to be inspected. */
  get(id: string): Instance | undefined {
    const known = this.#known.get(id)
    return known && this.#clock.monotonicMs() - known.atMs < freshMs ? known.instance : undefined
  }

  put(instance: Instance): void {
    if (instance.state === 'running') this.#known.set(instance.id, { instance, atMs: this.#clock.monotonicMs() })
    else this.#known.delete(instance.id)
  }

  forget(id: string): void {
    this.#known.delete(id)
  }

  forgetAll(): void {
    this.#known.clear()
  }

  /** What is listed no more is gone. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id)
  }
}
