/** A host in a few figures, for listings of thousands: its whole inventory takes twenty times as much to send and read. Pure. */
import type { Inventory } from '../../../shared/fleet/inventory.ts'
import type { HostUsage } from '../../../shared/fleet/usage.ts'

export interface HostSummary {
  readonly gpus: number
  readonly models: readonly { readonly model: string; readonly count: number }[]
  readonly memoryMiB: number
  readonly os: string
  readonly kernel: string
  readonly driverVersion: string
  readonly cudaVersion: string
  /** What its agent says is wrong with its GPUs and its container engine. */
  readonly problems: readonly string[]
}

const summaries = new WeakMap<Inventory, HostSummary>()

/** What keeps no figure of this moment is worked out once an inventory. */
const ofInventory = (inventory: Inventory): HostSummary => {
  const known = summaries.get(inventory)
  if (known) return known
  const { gpus, memoryMiB, os, kernel, driverVersion, cudaVersion, gpuProblem, runtimes } = inventory
  const counts = Map.groupBy(gpus, ({ model }) => model)
  const summary: HostSummary = {
    gpus: gpus.length,
    models: [...counts].map(([model, { length }]) => ({ model, count: length })),
    memoryMiB,
    os,
    kernel,
    driverVersion,
    cudaVersion,
    problems: [gpuProblem, ...runtimes.filter(({ name }) => name === 'docker').map(({ problem }) => problem)].filter((text) => text !== ''),
  }
  summaries.set(inventory, summary)
  return summary
}

export const summaryOf = (inventory: Inventory, usage: HostUsage | undefined): HostSummary => {
  const summary = ofInventory(inventory)
  const now = usage?.gpuProblem ?? ''
  return now === '' || now === inventory.gpuProblem ? summary : { ...summary, problems: [now, ...summary.problems] }
}
