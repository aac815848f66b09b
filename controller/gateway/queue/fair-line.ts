import { TenantRing } from './tenant-ring.ts'
import { type Place, WaitingLine } from './waiting-line.ts'

/** What decides on a place in line. */
export interface Asking {
  /** Order of arrival. */
  readonly ticket: number
  readonly tenant: string
  /** Greater comes first. */
  readonly priority: number
  /** Estimated tokens, at least 1. */
  readonly cost: number
  /** Of memory that is held meanwhile. */
  readonly bytes: number
  /** It was served before and has come back: it has paid, and stands before all who were not. */
  readonly returned: boolean
}

/** Somebody in line. */
export interface Standing<T> extends Asking {
  readonly value: T
}

/** All of one priority. */
interface Band<T> {
  readonly priority: number
  readonly ring: TenantRing<Standing<T>>
  /** Places in a row that went to others while somebody waited here. */
  passedOver: number
}

/** So many places in a row may go to others before a band gets one. */
export const mostPassedOver = 8

/**
 * Who is next: those who come back, then by priority, within a priority the tenants in turn, within a tenant first come first served. The order of
 * priorities is strict but for one thing: a band that was passed over eight times gets the next place, so that nobody starves.
 */
export class FairLine<T> {
  readonly #returned = new WaitingLine<Standing<T>>()
  readonly #bands = new Map<number, Band<T>>()
  #size = 0
  #bytes = 0

  get size(): number {
    return this.#size
  }

  get bytes(): number {
    return this.#bytes
  }

  /** In the order of arrival. The one just yielded may leave meanwhile, and no other. */
  get returned(): Iterable<Place<Standing<T>>> {
    return this.#returned
  }

  join(standing: Standing<T>): Place<Standing<T>> {
    this.#size++
    this.#bytes += standing.bytes
    if (standing.returned) return this.#returned.join(standing.ticket, standing)
    let band = this.#bands.get(standing.priority)
    if (!band) {
      band = { priority: standing.priority, ring: new TenantRing(), passedOver: 0 }
      this.#bands.set(standing.priority, band)
    }
    return band.ring.join(standing.tenant, standing.ticket, standing)
  }

  /** Leaves unserved; what stood behind moves up. */
  leave(place: Place<Standing<T>>): void {
    if (place.waiting) this.#remove(place, 0)
  }

  /** Leaves because it got what it waited for. */
  serve(place: Place<Standing<T>>): void {
    if (!place.waiting) return
    const { priority, returned, cost } = place.value
    if (!returned) for (const band of this.#bands.values()) band.passedOver = band.priority === priority ? 0 : band.passedOver + 1
    this.#remove(place, cost)
  }

  /** Of those who were not served before. The same until somebody is served, leaves or joins. */
  next(): Place<Standing<T>> | undefined {
    let best: Band<T> | undefined
    for (const band of this.#bands.values()) if (!best || comesBefore(band, best)) best = band
    return best?.ring.next()
  }

  /**
   * Who makes room for a newcomer when all places are taken: the newest of the tenant with the most in line, of the lowest priority. Undefined when
   * that would be the newcomer's own tenant, or leave the other with less than the newcomer's. Those who came back are never turned away.
   */
  giveWay(newcomer: Pick<Asking, 'tenant' | 'priority'>): Place<Standing<T>> | undefined {
    let lowest: Band<T> | undefined
    for (const band of this.#bands.values()) if (!lowest || band.priority < lowest.priority) lowest = band
    const tenant = lowest?.ring.fattest()
    if (!lowest || tenant === undefined || lowest.priority > newcomer.priority) return undefined
    if (lowest.priority === newcomer.priority && lowest.ring.waitingOf(tenant) <= lowest.ring.waitingOf(newcomer.tenant) + 1)
      return undefined
    return lowest.ring.newestOf(tenant)
  }

  /** Everyone, those who came back first. The one just yielded may leave meanwhile, and no other. */
  *[Symbol.iterator](): Generator<Place<Standing<T>>> {
    yield* this.#returned
    for (const { ring } of [...this.#bands.values()]) yield* ring
  }

  #remove(place: Place<Standing<T>>, cost: number): void {
    const { returned, tenant, priority, bytes } = place.value
    this.#size--
    this.#bytes -= bytes
    const band = this.#bands.get(priority)
    if (returned) this.#returned.leave(place)
    else band?.ring.leave(tenant, place, cost)
    if (band?.ring.size === 0) this.#bands.delete(priority)
  }
}

const comesBefore = (a: Pick<Band<unknown>, 'priority' | 'passedOver'>, b: Pick<Band<unknown>, 'priority' | 'passedOver'>): boolean => {
  const [aDue, bDue] = [a.passedOver >= mostPassedOver, b.passedOver >= mostPassedOver]
  if (aDue && bDue && a.passedOver !== b.passedOver) return a.passedOver > b.passedOver
  return aDue === bDue ? a.priority > b.priority : aDue
}
