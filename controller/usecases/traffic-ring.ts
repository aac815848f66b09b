import { type Row, rowLength } from '../domain/traffic.ts'

export const slotMs = 5_000
const slots = 180

/** Counts of the last 15 minutes in slots of 5 s: one block of memory (some 45 KiB), whatever the traffic. */
export class TrafficRing {
  readonly #counts = new Uint32Array(slots * rowLength)
  #newest: number

  constructor(nowMs: number) {
    this.#newest = Math.floor(nowMs / slotMs)
  }

  add(row: Row, nowMs: number): void {
    const slot = Math.floor(nowMs / slotMs)
    this.#advance(slot)
    const start = (slot % slots) * rowLength
    for (let place = 0; place < rowLength; place++) this.#counts[start + place] = (this.#counts[start + place] ?? 0) + (row[place] ?? 0)
  }

  /** Adds up the slots from the one that `fromMs` lies in to that of `nowMs`. */
  addTo(sum: Float64Array, fromMs: number, nowMs: number): void {
    const now = Math.floor(nowMs / slotMs)
    const first = Math.max(Math.floor(fromMs / slotMs), now - slots + 1, this.#newest - slots + 1)
    for (let slot = first; slot <= Math.min(now, this.#newest); slot++) {
      const start = (((slot % slots) + slots) % slots) * rowLength
      for (let place = 0; place < rowLength; place++) sum[place] = (sum[place] ?? 0) + (this.#counts[start + place] ?? 0)
    }
  }

  /** Nothing was counted in all the time that it remembers. */
  isIdle(nowMs: number): boolean {
    return Math.floor(nowMs / slotMs) - this.#newest >= slots
  }

  #advance(slot: number): void {
    const from = Math.max(this.#newest + 1, slot - slots + 1)
    for (let empty = from; empty <= slot; empty++)
      this.#counts.fill(0, (empty % slots) * rowLength, (empty % slots) * rowLength + rowLength)
    this.#newest = Math.max(this.#newest, slot)
  }
}
