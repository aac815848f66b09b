import { Exclusive } from '../../shared/lifecycle/exclusive.ts'
import type { EventRecord, Store, StoreChange } from '../store/store.ts'
import { createFacts, type Facts } from './facts.ts'

export interface Decision<T> {
  readonly changes: readonly StoreChange[]
  readonly result: T
}

type ChangeListener = (changes: readonly StoreChange[], events: readonly EventRecord[]) => void

/**
 * The only way to change what is stored. A decision is made from the facts of the moment, written, and only then seen by anyone:
 * whatever is sent to agents, gateways or people was on disk before.
 */
export class Ledger {
  readonly facts: Facts
  readonly #apply: (changes: readonly StoreChange[]) => void
  readonly #store: Store
  readonly #exclusive = new Exclusive()
  readonly #listeners = new Set<ChangeListener>()

  private constructor(store: Store, { facts, apply }: ReturnType<typeof createFacts>) {
    this.#store = store
    this.facts = facts
    this.#apply = apply
  }

  static async open(store: Store): Promise<Ledger> {
    return new Ledger(store, createFacts(await store.load()))
  }

  /** Decides, writes and applies with no other decision in between. Throws what `decide` throws, STORE_FULL and STORE_FAILED; then nothing was changed. */
  transact<T>(decide: (facts: Facts) => Decision<T>): Promise<T> {
    return this.#exclusive.run('ledger', async () => {
      const { changes, result } = decide(this.facts)
      if (changes.length > 0) {
        const events = await this.#store.commit(changes)
        this.#apply(changes)
        for (const listener of this.#listeners) listener(changes, events)
      }
      return result
    })
  }

  /** Calls back after every change, with the events it added. Returns what ends it. */
  onChange(listener: ChangeListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  events: Store['events'] = (query) => this.#store.events(query)
}
