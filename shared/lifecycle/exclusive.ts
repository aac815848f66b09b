/** Runs tasks one after another per key: the one place where mutual exclusion is decided. */
export class Exclusive {
  readonly #tails = new Map<string, Promise<unknown>>()

  /** Queues the task behind all earlier ones of the key and returns its result. */
  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key) ?? Promise.resolve()
    const result = before.then(task, task)
    const tail = result.catch(() => {})
    this.#tails.set(key, tail)
    tail.then(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key)
    })
    return result
  }

  /** Resolves when everything queued so far has ended. */
  async idle(): Promise<void> {
    await Promise.all(this.#tails.values())
  }
}
