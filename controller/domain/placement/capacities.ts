import type { HostCapacity } from './capacity.ts'

/** What every host of a plan in the making has left, and which of them changed since one last looked. */
export class Capacities implements Iterable<HostCapacity> {
  readonly #all: HostCapacity[]
  readonly #places: ReadonlyMap<string, number>
  /** Places of the hosts that changed, in the order in which they did. */
  readonly #changes: number[] = []

  constructor(all: readonly HostCapacity[]) {
    this.#all = [...all]
    this.#places = new Map(all.map(({ host }, place) => [host.record.id, place]))
  }

  [Symbol.iterator](): Iterator<HostCapacity> {
    return this.#all.values()
  }

  of(hostId: string): HostCapacity | undefined {
    return this.#all[this.#places.get(hostId) ?? -1]
  }

  /** A capacity never changes: a host that does gets another one. One that is not known stays unknown. */
  put(capacity: HostCapacity): void {
    const place = this.#places.get(capacity.host.record.id)
    if (place === undefined) return
    this.#all[place] = capacity
    this.#changes.push(place)
  }

  isCurrent(capacity: HostCapacity): boolean {
    const place = this.#places.get(capacity.host.record.id)
    return place !== undefined && this.#all[place] === capacity
  }

  /** How often a host has changed so far. */
  get version(): number {
    return this.#changes.length
  }

  /** The hosts that changed since a version, as they are now; some of them perhaps more than once. */
  changedSince(version: number): readonly HostCapacity[] {
    return this.#changes.slice(version).flatMap((place) => this.#all[place] ?? [])
  }
}
