import { type Place, WaitingLine } from './waiting-line.ts'

/** What one tenant has in line. */
interface Flow<T> {
  readonly tenant: string
  readonly line: WaitingLine<T>
  /** What it may still have served, in the unit of costs. */
  deficit: number
  /** Its turn has begun. */
  granted: boolean
}

/** What a turn is worth. Small, so that equal tenants alternate rather than come in runs; laps in which nobody could be served are skipped. */
const quantum = 64

/**
 * Deficit round robin between tenants, first come first served within each (Shreedhar and Varghese, 1995). Of tenants that always have something
 * in line, each has had the same cost served, give or take one quantum and its dearest request. One that had nothing in line saves nothing up.
 */
export class TenantRing<T extends { readonly cost: number }> {
  readonly #flows = new Map<string, Flow<T>>()
  #ring: Flow<T>[] = []
  #turn = 0
  #size = 0

  get size(): number {
    return this.#size
  }

  /** How many of a tenant wait. */
  waitingOf(tenant: string): number {
    return this.#flows.get(tenant)?.line.size ?? 0
  }

  join(tenant: string, ticket: number, value: T): Place<T> {
    let flow = this.#flows.get(tenant)
    if (!flow) {
      flow = { tenant, line: new WaitingLine(), deficit: 0, granted: false }
      this.#flows.set(tenant, flow)
      // Right behind those who wait already: the place before the one whose turn it is comes last.
      this.#ring.splice(this.#turn, 0, flow)
      if (this.#ring.length > 1) this.#turn++
    }
    this.#size++
    return flow.line.join(ticket, value)
  }

  /** @param cost what was served; 0: it left by itself */
  leave(tenant: string, place: Place<T>, cost: number): void {
    const flow = this.#flows.get(tenant)
    if (!flow?.line.leave(place)) return
    this.#size--
    flow.deficit -= cost
    if (flow.line.size > 0) return
    this.#flows.delete(tenant)
    const index = this.#ring.indexOf(flow)
    this.#ring.splice(index, 1)
    if (index < this.#turn) this.#turn--
    if (this.#turn >= this.#ring.length) this.#turn = 0
  }

  /** Whose turn it is; the same until it leaves. */
  next(): Place<T> | undefined {
    if (this.#ring.length === 0) return undefined
    for (let looked = 0; ; looked++) {
      const flow = this.#ring[this.#turn]
      const head = flow?.line.first
      if (!flow || !head) return undefined
      if (!flow.granted) {
        flow.granted = true
        flow.deficit += quantum
      }
      if (head.value.cost <= flow.deficit) return head
      flow.granted = false
      this.#turn = (this.#turn + 1) % this.#ring.length
      if (looked === this.#ring.length) this.#skipLaps()
    }
  }

  /** The tenant with the most in line. */
  fattest(): string | undefined {
    let most: Flow<T> | undefined
    for (const flow of this.#ring) if (!most || flow.line.size > most.line.size) most = flow
    return most?.tenant
  }

  /** The newest of a tenant. */
  newestOf(tenant: string): Place<T> | undefined {
    return this.#flows.get(tenant)?.line.last
  }

  /** Those of one tenant after those of another. The one just yielded may leave meanwhile, and no other. */
  *[Symbol.iterator](): Generator<Place<T>> {
    for (const flow of [...this.#ring]) yield* flow.line
  }

  /** Gives everyone what the laps would give in which nobody could be served yet. */
  #skipLaps(): void {
    let laps = Number.POSITIVE_INFINITY
    for (const { line, deficit } of this.#ring) laps = Math.min(laps, Math.ceil(((line.first?.value.cost ?? 0) - deficit) / quantum) - 1)
    if (laps > 0) for (const flow of this.#ring) flow.deficit += laps * quantum
  }
}
