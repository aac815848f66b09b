import type { Database } from './database.ts'
import { batchOf } from './statements.ts'
import type { EventRecord, StoreChange } from './store.ts'

interface Waiting {
  readonly changes: readonly StoreChange[]
  readonly resolve: (events: readonly EventRecord[]) => void
  readonly reject: (error: unknown) => void
}

/** The one writer. Commits that wait at the same time share a transaction; when that fails, each is tried alone. */
export class Writer {
  readonly #database: Database
  #queue: Waiting[] = []
  #draining: Promise<void> | undefined

  constructor(database: Database) {
    this.#database = database
  }

  commit(changes: readonly StoreChange[]): Promise<readonly EventRecord[]> {
    const { promise, resolve, reject } = Promise.withResolvers<readonly EventRecord[]>()
    this.#queue.push({ changes, resolve, reject })
    this.#draining ??= this.#drain()
    return promise
  }

  /** Runs something between two transactions. */
  async exclusive<T>(task: () => Promise<T>): Promise<T> {
    while (this.#draining) await this.#draining
    const result = task()
    this.#draining = result.then(
      () => this.#drain(),
      () => this.#drain(),
    )
    return result
  }

  async #drain(): Promise<void> {
    await Promise.resolve()
    while (this.#queue.length > 0) {
      const batch = this.#queue
      this.#queue = []
      await this.#commitBatch(batch)
    }
    this.#draining = undefined
  }

  async #commitBatch(batch: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.#transaction(batch.map(({ changes }) => changes))
      for (const [index, waiting] of batch.entries()) waiting.resolve(results[index] ?? [])
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error)
      else for (const waiting of batch) await this.#commitBatch([waiting])
    }
  }

  async #transaction(groups: readonly (readonly StoreChange[])[]): Promise<readonly (readonly EventRecord[])[]> {
    await this.#database.run('BEGIN IMMEDIATE')
    try {
      const results: EventRecord[][] = []
      for (const changes of groups) results.push(await this.#apply(changes))
      await this.#database.run('COMMIT')
      return results
    } catch (error) {
      // SQLite may have rolled back by itself (a full disk does): then there is no transaction left to end.
      await this.#database.run('ROLLBACK').catch(() => {})
      throw error
    }
  }

  async #apply(changes: readonly StoreChange[]): Promise<EventRecord[]> {
    const { statements, events } = batchOf(changes)
    for (const { sql, parameters } of statements) await this.#database.run(sql, parameters)
    if (!events) return []
    const { lastId } = await this.#database.run(events.sql, events.parameters)
    const added = changes.filter((change) => change.kind === 'addEvent')
    return added.map(({ event, atUnixMs }, at) => ({ id: lastId - added.length + 1 + at, atUnixMs, ...event }))
  }
}
