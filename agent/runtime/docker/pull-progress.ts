/** One line of the engine's answer to a pull. */
export interface PullLine {
  readonly id?: string | undefined
  readonly status?: string | undefined
  readonly error?: string | undefined
  readonly progressDetail?: { readonly current?: number | undefined; readonly total?: number | undefined } | undefined
}

/**
 * Percent of a pull over all layers known so far, where unpacking a layer weighs as much as fetching it. Layers without a size
 * yet count by a small guess, so that the figure neither starts at 99 nor jumps back far.
 */
export class PullProgress {
  readonly #layers = new Map<string, { total: number; fetched: number; unpacked: number }>()
  #percent = 0

  /** The percentage after this line; it never falls. */
  add(line: PullLine): number {
    if (line.id) this.#layer(line.id, line)
    let done = 0
    let all = 0
    for (const layer of this.#layers.values()) {
      done += layer.fetched + layer.unpacked
      all += 2 * layer.total
    }
    if (all > 0) this.#percent = Math.max(this.#percent, Math.min(99, Math.floor((100 * done) / all)))
    return this.#percent
  }

  #layer(id: string, line: PullLine): void {
    const guess = 1_000_000
    if (line.status?.startsWith('Pulling from')) return
    const layer = this.#layers.get(id) ?? { total: guess, fetched: 0, unpacked: 0 }
    this.#layers.set(id, layer)
    const { current = 0, total } = line.progressDetail ?? {}
    if (total) layer.total = total
    if (line.status === 'Downloading') layer.fetched = Math.min(current, layer.total)
    if (line.status === 'Download complete' || line.status === 'Extracting') layer.fetched = layer.total
    if (line.status === 'Extracting') layer.unpacked = Math.min(current, layer.total)
    if (line.status === 'Pull complete' || line.status === 'Already exists') {
      layer.fetched = layer.total
      layer.unpacked = layer.total
    }
  }
}
