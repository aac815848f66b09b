import { describeSize } from '../../../shared/units/size.ts'
import { toneOf } from '../terminal/colour.ts'
import type { Column } from '../terminal/table.ts'
import type { Fleet, Gpu, Host } from './fleet.ts'

/** What a host that went silent measured last says nothing of now. */
const inTouch: ReadonlySet<string> = new Set(['ready', 'cordoned', 'draining', 'drained'])

const heardOf = ({ state }: Host): boolean => inTouch.has(state)

const gpusOfHost = (host: Host): readonly Gpu[] =>
  (host.inventory?.gpus ?? []).map((gpu) => {
    const usage = (heardOf(host) ? host.usage : undefined)?.gpus.find(({ uuid }) => uuid === gpu.uuid)
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
  const away = inTouch.has(gpu.hostState) ? '' : `host ${gpu.hostState}`
  return [gpu.replica, away, foreign === '' ? '' : `not ours: ${foreign}`].filter((part) => part !== '').join('; ')
}

const figure = (value: number | undefined, unit: string): string => (value === undefined ? '' : `${Math.round(value)}${unit}`)

export const gpuColumns = (): readonly Column<Gpu>[] => [
  { header: 'HOST', cell: ({ host }) => host, tone: ({ hostState }) => (hostState === 'ready' ? undefined : toneOf(hostState)) },
  { header: 'GPU', cell: ({ index }) => String(index), right: true },
  { header: 'MODEL', rank: 1, least: 12, cell: ({ model }) => model },
  {
    header: 'MEMORY',
    rank: 3,
    cell: ({ memoryUsedMiB, memoryMiB }) =>
      memoryUsedMiB === undefined ? describeSize(memoryMiB) : `${gib(memoryUsedMiB)}/${gib(memoryMiB)} GiB`,
    right: true,
  },
  { header: 'UTIL', rank: 2, restless: true, cell: ({ utilizationPercent }) => figure(utilizationPercent, '%'), right: true },
  { header: 'TEMP', rank: 0, restless: true, cell: ({ temperatureC }) => figure(temperatureC, 'C'), right: true },
  { header: 'POWER', restless: true, cell: ({ powerW }) => figure(powerW, 'W'), right: true, wide: true },
  { header: 'UUID', cell: ({ uuid }) => uuid, wide: true },
  { header: 'BUS', cell: ({ pciBusId }) => pciBusId, wide: true },
  {
    header: 'HELD-BY',
    rank: 4,
    least: 10,
    cell: holder,
    tone: ({ foreignProcesses }) => (foreignProcesses.length > 0 ? 'bad' : undefined),
  },
]
