import { describeSize } from '../../../shared/units/size.ts'
import { toneOf } from '../terminal/colour.ts'
import type { Column } from '../terminal/table.ts'
import type { Fleet, Gpu, Host } from './fleet.ts'

const gpusOfHost = (host: Host): readonly Gpu[] =>
  (host.inventory?.gpus ?? []).map((gpu) => {
    const usage = host.usage?.gpus.find(({ uuid }) => uuid === gpu.uuid)
    return {
      host: host.name,
      hostState: host.state,
      index: gpu.index,
      uuid: gpu.uuid,
      model: gpu.model,
      pciBusId: gpu.pciBusId,
      memoryMiB: gpu.memoryMiB,
      memoryUsedMiB: usage?.memoryUsedMiB,
      utilizationPercent: usage?.utilizationPercent,
      temperatureC: usage?.temperatureC,
      powerW: usage?.powerW,
      replica: host.gpuHolders.find(({ gpuUuid }) => gpuUuid === gpu.uuid)?.replicaId ?? '',
      foreignProcesses: (usage?.processes ?? [])
        .filter(({ foreign }) => foreign)
        .map(({ pid, name, memoryMiB }) => ({ pid, name, memoryMiB })),
    }
  })

/** Every GPU of the fleet, by host and index. */
export const gpusOf = (fleet: Pick<Fleet, 'hosts'>): readonly Gpu[] =>
  fleet.hosts.flatMap((host) => gpusOfHost(host).toSorted((a, b) => a.index - b.index))

const gib = (mib: number): string => Number((mib / 1024).toFixed(mib < 102_400 ? 1 : 0)).toString()

/** Who has it, when it is not free. */
const holder = (gpu: Gpu): string => {
  const foreign = gpu.foreignProcesses.map(({ pid, name }) => `${name} (pid ${pid})`).join(', ')
  return [gpu.replica, foreign === '' ? '' : `not ours: ${foreign}`].filter((part) => part !== '').join('; ')
}

const figure = (value: number | undefined, unit: string): string => (value === undefined ? '' : `${Math.round(value)}${unit}`)

export const gpuColumns = (): readonly Column<Gpu>[] => [
  { header: 'HOST', cell: ({ host }) => host, tone: ({ hostState }) => (hostState === 'ready' ? undefined : toneOf(hostState)) },
  { header: 'GPU', cell: ({ index }) => String(index), right: true },
  { header: 'MODEL', cell: ({ model }) => model, rank: 0, least: 12 },
  {
    header: 'MEMORY',
    cell: ({ memoryUsedMiB, memoryMiB }) =>
      memoryUsedMiB === undefined ? describeSize(memoryMiB) : `${gib(memoryUsedMiB)}/${gib(memoryMiB)} GiB`,
    right: true,
    rank: 4,
    least: 14,
  },
  { header: 'UTIL', restless: true, cell: ({ utilizationPercent }) => figure(utilizationPercent, '%'), right: true, rank: 3 },
  { header: 'TEMP', restless: true, cell: ({ temperatureC }) => figure(temperatureC, 'C'), right: true, rank: 1 },
  { header: 'POWER', restless: true, cell: ({ powerW }) => figure(powerW, 'W'), right: true, wide: true },
  { header: 'UUID', cell: ({ uuid }) => uuid, wide: true },
  { header: 'BUS', cell: ({ pciBusId }) => pciBusId, wide: true },
  {
    header: 'HELD-BY',
    cell: holder,
    rank: 5,
    least: 10,
    tone: ({ foreignProcesses }) => (foreignProcesses.length > 0 ? 'bad' : undefined),
  },
]
