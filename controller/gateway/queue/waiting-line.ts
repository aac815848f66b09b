/** A place in a line. */
export interface Place<T> {
  readonly ticket: number
  readonly value: T
  previous: Place<T> | undefined
  next: Place<T> | undefined
  waiting: boolean
}

/**
 * First come, first served, by ticket number. One who was served and returns (a retry) keeps the old ticket and stands where it belongs.
 * Leaving from anywhere costs the same as leaving from the front.
 */
export class WaitingLine<T> {
  #first: Place<T> | undefined
  #last: Place<T> | undefined
  #size = 0

  get size(): number {
    return this.#size
  }

  get first(): Place<T> | undefined {
    return this.#first
  }

  get last(): Place<T> | undefined {
    return this.#last
  }

  /** New tickets go to the end at once; old ones look for their place from the front, where it is near. */
  join(ticket: number, value: T): Place<T> {
    let after: Place<T> | undefined
    if (this.#last && this.#last.ticket > ticket) {
      after = this.#first
      while (after && after.ticket <= ticket) after = after.next
    }
    const previous = after ? after.previous : this.#last
    const place: Place<T> = { ticket, value, previous, next: after, waiting: true }
    if (previous) previous.next = place
    else this.#first = place
    if (after) after.previous = place
    else this.#last = place
    this.#size++
    return place
  }

  /** False when the place was given up before. */
  leave(place: Place<T>): boolean {
    if (!place.waiting) return false
    place.waiting = false
    if (place.previous) place.previous.next = place.next
    else this.#first = place.next
    if (place.next) place.next.previous = place.previous
    else this.#last = place.previous
    this.#size--
    return true
  }

  /** From the front. The place just yielded may leave meanwhile, and no other. */
  *[Symbol.iterator](): Generator<Place<T>> {
    let place = this.#first
    while (place) {
      const next = place.next
      yield place
      place = next
    }
  }
}
