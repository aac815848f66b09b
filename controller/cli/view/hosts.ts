import { describeSize } from '../../../shared/units/size.ts'
import { toneOf } from '../terminal/colour.ts'
import type { Column } from '../terminal/table.ts'
import { formatAge } from '../terminal/time.ts'
import type { Host } from './fleet.ts'

/** `8x NVIDIA H200`, and every other model beside it. */
export const gpuModels = ({ inventory }: Host): string => {
  const counts = new Map<string, number>()
  for (const { model } of inventory?.gpus ?? []) counts.set(model, (counts.get(model) ?? 0) + 1)
  return [...counts].map(([model, count]) => `${count}x ${model}`).join(', ')
}

/** What is wrong with the host, in one line; empty when nothing is. A model directory that is not there yet is shown by describe alone. */
export const hostProblem = ({ inventory, usage, specGeneration, ackedGeneration, state }: Host): string => {
  const problems = [
    inventory?.gpuProblem ?? '',
    usage?.gpuProblem === inventory?.gpuProblem ? '' : (usage?.gpuProblem ?? ''),
    ...(inventory?.runtimes ?? []).filter(({ problem, name }) => problem !== '' && name === 'docker').map(({ problem }) => problem),
    state === 'ready' && ackedGeneration < specGeneration ? `its spec is at ${ackedGeneration} of ${specGeneration}` : '',
  ]
  return problems.filter((problem) => problem !== '').join('; ')
}

const lastSeen = ({ state, lastSeenMsAgo }: Host): string => (state === 'unknown' ? '-' : formatAge(lastSeenMsAgo))

export const hostColumns = (): readonly Column<Host>[] => [
  { header: 'HOST', cell: ({ name }) => name },
  { header: 'STATE', cell: ({ state }) => state, tone: ({ state }) => toneOf(state) },
  { header: 'GPUS', cell: ({ inventory, gpuHolders }) => (inventory ? `${gpuHolders.length}/${inventory.gpus.length}` : ''), right: true },
  { header: 'GPU-MODEL', rank: 2, least: 12, cell: gpuModels },
  { header: 'MEMORY', rank: 3, cell: ({ inventory }) => (inventory ? describeSize(inventory.memoryMiB) : ''), right: true },
  { header: 'ADDRESS', rank: 0, cell: ({ address }) => address },
  { header: 'SEEN', rank: 4, restless: true, cell: lastSeen, right: true },
  { header: 'AGENT', rank: 1, cell: ({ agentVersion }) => agentVersion },
  { header: 'ID', cell: ({ id }) => id, wide: true },
  { header: 'OS', cell: ({ inventory }) => inventory?.os ?? '', wide: true },
  { header: 'KERNEL', cell: ({ inventory }) => inventory?.kernel ?? '', wide: true },
  { header: 'DRIVER', cell: ({ inventory }) => inventory?.driverVersion ?? '', wide: true },
  { header: 'CUDA', cell: ({ inventory }) => inventory?.cudaVersion ?? '', wide: true },
  {
    header: 'LABELS',
    cell: ({ labels }) =>
      Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(','),
    wide: true,
  },
  { header: 'PROBLEM', rank: 5, least: 20, cell: hostProblem },
]
