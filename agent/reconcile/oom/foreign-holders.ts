import type { ForeignHolder } from '../../diagnose/engine-log/remedy.ts'
import type { OomFigures } from '../../diagnose/patterns/pattern.ts'
import type { GpuHolders } from '../../runtime/gpu-holders.ts'
import type { Machine } from '../machine.ts'

const containerIn = (cgroup: string): string => /[0-9a-f]{64}/.exec(cgroup)?.[0]?.slice(0, 12) ?? ''

/** What the report leaves unexplained of the memory in use; undefined when it does not give the figures. */
const unexplainedMiB = ({ capacityMiB, freeMiB, inUseMiB }: OomFigures): number | undefined =>
  capacityMiB === undefined || freeMiB === undefined || inUseMiB === undefined ? undefined : Math.max(0, capacityMiB - freeMiB - inUseMiB)

/**
 * Who still computes on these GPUs after the engine's own processes have ended. The log alone does not tell: it names the engine's own
 * workers too, and a container may number processes in its own way.
 */
export const foreignHolders = async (
  holders: GpuHolders,
  gpuUuids: readonly string[],
  figures: OomFigures,
  machine: Machine,
  signal: AbortSignal,
): Promise<readonly ForeignHolder[]> => {
  if (gpuUuids.length === 0) return []
  const reading = await holders.holders(signal).catch(() => undefined)
  if (reading?.kind !== 'known') return []
  const found = gpuUuids.flatMap((uuid) => reading.gpus.get(uuid) ?? []).filter(({ kind }) => kind !== 'graphics')
  const alive = await Promise.all(
    found.map(async ({ pid, name }) => {
      const process = await machine.process(pid)
      if (!process) return []
      const usedMiB = figures.holders?.find((holder) => holder.pid === pid)?.usedMiB ?? unexplainedMiB(figures) ?? 0
      return [{ pid, process: name === '' ? process.name : name, container: containerIn(process.cgroup), usedMiB }]
    }),
  )
  return alive.flat()
}
