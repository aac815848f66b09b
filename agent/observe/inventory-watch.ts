import { isDeepStrictEqual } from 'node:util'
import type { Inventory, RuntimeInfo } from '../../shared/fleet/inventory.ts'
import { pause } from '../../shared/lifecycle/deadline.ts'
import type { GpuObserver } from './gpu-observer.ts'
import type { Hardware } from './hardware.ts'
import { readInventory } from './inventory.ts'

export interface InventoryWatchOptions {
  readonly observer: GpuObserver
  readonly hardware: Hardware
  readonly modelPath: string
  readonly intervalMs: number
  readonly runtimes: () => Promise<readonly RuntimeInfo[]>
}

/** The host's inventory, looked at again now and then; tells when it changed. Free space alone is no change. */
export class InventoryWatch {
  readonly #options: InventoryWatchOptions
  readonly #listeners = new Set<() => void>()
  #current: Inventory

  private constructor(options: InventoryWatchOptions, first: Inventory) {
    this.#options = options
    this.#current = first
  }

  /** Resolves with the first inventory read. */
  static async open(options: InventoryWatchOptions): Promise<InventoryWatch> {
    return new InventoryWatch(options, await InventoryWatch.#read(options))
  }

  static async #read({ observer, hardware, modelPath, runtimes }: InventoryWatchOptions, signal?: AbortSignal): Promise<Inventory> {
    const [observed, runtimeInfos] = await Promise.all([readInventory({ observer, hardware, modelPath }, signal), runtimes()])
    return { ...observed, runtimes: runtimeInfos }
  }

  current(): Inventory {
    return this.#current
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async refresh(signal?: AbortSignal): Promise<void> {
    const next = await InventoryWatch.#read(this.#options, signal)
    const changed = !isDeepStrictEqual(withoutFreeSpace(next), withoutFreeSpace(this.#current))
    this.#current = next
    if (changed) for (const listener of this.#listeners) listener()
  }

  async run(signal: AbortSignal): Promise<void> {
    // GPUs and engines that were not up at boot are looked for soon, settled hosts seldom.
    let waitMs = 5_000
    while ((await pause(waitMs, signal)) === 'elapsed') {
      await this.refresh(signal)
      waitMs = Math.min(waitMs * 2, this.#options.intervalMs)
    }
  }
}

const withoutFreeSpace = ({ modelFilesystem, ...rest }: Inventory) => ({
  ...rest,
  modelFilesystem: modelFilesystem && { ...modelFilesystem, freeMiB: 0 },
})
