/** A generator of pseudo-random numbers from a seed (sfc32): the same seed always gives the same numbers, on every machine. */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1
  /** Nothing takes much longer than usual any more. */
  calm = false

  constructor(seed: number) {
    this.#a = seed >>> 0
    this.#b = Math.floor(seed / 2 ** 32) >>> 0
    this.#c = 0x9e3779b9
    for (let i = 0; i < 12; i++) this.next()
  }

  /** In [0, 1). */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }

  /** A whole number from low to high, both included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(items: readonly [T, ...(readonly T[])]): T
  pick<T>(items: readonly T[]): T | undefined
  pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.next() * items.length)]
  }

  /** One of the keys, each as often as its weight says. */
  weighted<K extends string>(weights: Readonly<Record<K, number>>): K {
    const entries = Object.entries(weights) as [K, number][]
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [key, weight] of entries) {
      left -= weight
      if (left < 0) return key
    }
    return entries[0]?.[0] as K
  }

  /** Milliseconds around a usual value, now and then many times as long. */
  latency(usualMs: number): number {
    const slow = this.next() < 0.03 && !this.calm ? 20 : 1
    return usualMs * slow * (0.5 + this.next())
  }

  /** Another generator that goes its own way from here. */
  fork(): Random {
    return new Random(Math.floor(this.next() * 2 ** 32) + this.int(0, 2 ** 20) * 2 ** 32)
  }
}
