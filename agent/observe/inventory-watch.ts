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

const firstWaitMs = 5_000
/** A full report costs 50 to 100 ms of CPU a GPU. */
const completeWaitMs = 120_000

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
    const { intervalMs } = this.#options
    let waitMs = firstWaitMs
    // GPUs and engines that were not up at boot are looked for soon, settled hosts seldom.
    while (
      (await pause(Math.min(isComplete(this.#current) ? Math.max(waitMs, completeWaitMs) : waitMs, intervalMs), signal)) === 'elapsed'
    ) {
      await this.refresh(signal)
      waitMs = Math.min(waitMs * 2, intervalMs)
    }
  }
}

/** Whether all is there that a host may lack shortly after its boot. */
const isComplete = ({ gpus, gpuProblem, runtimes }: Inventory): boolean =>
  gpus.length > 0 && gpuProblem === '' && runtimes.every(({ problem }) => problem === '')

const withoutFreeSpace = ({ modelFilesystem, ...rest }: Inventory) => ({
  ...rest,
  modelFilesystem: modelFilesystem && { ...modelFilesystem, freeMiB: 0 },
})
