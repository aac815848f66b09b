import type { Inventory } from '../../../shared/fleet/inventory.ts'
import { describeSize } from '../../../shared/units/size.ts'
import { toneOf } from '../terminal/colour.ts'
import { type Column, renderTable } from '../terminal/table.ts'
import { formatAge } from '../terminal/time.ts'
import type { Host } from '../view/fleet.ts'
import { gpuColumns, gpusOf } from '../view/gpus.ts'
import { hostProblem, taintsText, tuningState } from '../view/hosts.ts'
import { isOn, replicaColumns } from '../view/replicas.ts'
import { eventSection, type Field, fieldLines, type Material, section } from './sections.ts'

type Runtime = Inventory['runtimes'][number]

const leftColumns: readonly Column<NonNullable<Host['drain']>['left'][number]>[] = [
  { header: 'REPLICA', cell: ({ id }) => id },
  { header: 'WHAT IT WAITS FOR', least: 24, cell: ({ message }) => message },
]

const drainText = ({ drain }: Host, nowUnixMs: number): string =>
  drain === undefined
    ? ''
    : `asked for by ${drain.by} ${formatAge(nowUnixMs - drain.sinceUnixMs)} ago${drain.force ? ', with force' : ''}, ${drain.doneUnixMs > 0 ? 'done' : `${drain.left.length} left`}`

const yesNo = (value: boolean): string => (value ? 'yes' : 'no')

const runtimeColumns: readonly Column<Runtime>[] = [
  { header: 'RUNTIME', cell: ({ name }) => name },
  { header: 'VERSION', cell: ({ version }) => version },
  { header: 'GPU-REQUESTS', cell: ({ gpuRequests }) => yesNo(gpuRequests) },
  { header: 'MEMLOCK-UNLIMITED', cell: ({ memlockUnlimited }) => yesNo(memlockUnlimited) },
  { header: 'PROBLEM', least: 16, cell: ({ problem }) => problem },
]

const networkLines = ({ nics }: Inventory): string[] =>
  nics
    .filter(({ up }) => up)
    .map(
      ({ name, speedMbps, mtu, addresses }) =>
        `  ${name}: ${addresses.join(', ') || 'no address'}${speedMbps > 0 ? `, ${speedMbps} Mb/s` : ''}, MTU ${mtu}`,
    )

const inventoryFields = (inventory: Inventory): readonly Field[] => {
  const models = inventory.modelFilesystem
  return [
    ['OS', `${inventory.os}, kernel ${inventory.kernel}, ${inventory.architecture}`],
    ['CPU', `${inventory.cpuCores} cores in ${inventory.cpuSockets} socket${inventory.cpuSockets === 1 ? '' : 's'}, ${inventory.cpuModel}`],
    ['Memory', describeSize(inventory.memoryMiB)],
    [
      'Models',
      models === undefined
        ? ''
        : models.missing
          ? `${models.path} does not exist`
          : `${models.path} on ${models.type}, ${describeSize(models.freeMiB)} free of ${describeSize(models.sizeMiB)}`,
    ],
    ['Driver', inventory.driverVersion === '' ? '' : `${inventory.driverVersion}, CUDA ${inventory.cudaVersion}`],
  ]
}

const tuningFields = (host: Host, nowUnixMs: number): readonly Field[] => {
  const { profile, profileFrom, profileProblem, tuning } = host
  const state = tuningState(host)
  const chosen = profileFrom === '' ? profile : `${profile || 'none'}, says ${profileFrom}`
  const age = tuning === undefined || tuning.checkedUnixMs === 0 ? '' : `, looked at ${formatAge(nowUnixMs - tuning.checkedUnixMs)} ago`
  const differing = tuning === undefined || tuning.differing.length === 0 ? '' : `; differing: ${tuning.differing.join(', ')}`
  return [
    ['Profile', profileProblem === '' ? chosen : `unclear: ${profileProblem}`, profileProblem === '' ? undefined : 'bad'],
    ['Tuning', state === 'none' ? '' : `${state}${age}${differing}${tuning?.message ? `; ${tuning.message}` : ''}`, toneOf(state)],
  ]
}

export const describeHost = (host: Host, material: Material): string[] => {
  const { fleet, table } = material
  const { paint } = table
  const indented = { ...table, indent: '  ', wrapped: true }
  const seen = host.state === 'unknown' ? ', not heard of since the controller started' : `, last seen ${formatAge(host.lastSeenMsAgo)} ago`
  return [
    ...fieldLines(
      [
        ['Host', `${host.name} (${host.id})`],
        ['State', `${host.state}${seen}`, toneOf(host.state)],
        ['Drain', drainText(host, fleet.nowUnixMs)],
        ['Problem', hostProblem(host)],
        ['Address', host.address],
        ['Agent', host.agentVersion],
        [
          'Labels',
          Object.entries(host.labels)
            .map(([key, value]) => `${key}=${value}`)
            .join(', '),
        ],
        ['Taints', taintsText(host)],
        ['Groups', host.groups.join(', ')],
        ...tuningFields(host, fleet.nowUnixMs),
        ['Spec', `generation ${host.ackedGeneration} of ${host.specGeneration} is on the host`],
        ...(host.inventory === undefined ? [] : inventoryFields(host.inventory)),
      ],
      paint,
    ),
    ...section(
      'GPUs',
      renderTable(
        gpuColumns().filter(({ header }) => header !== 'HOST'),
        gpusOf({ hosts: [host] }),
        indented,
      ),
      paint,
    ),
    ...section('Left on it', renderTable(leftColumns, host.drain?.left ?? [], indented), paint),
    ...section(
      'Replicas',
      renderTable(
        replicaColumns(fleet).filter(({ header }) => header !== 'HOST' || fleet.replicas.some(({ workers }) => workers.length > 0)),
        fleet.replicas.filter((replica) => isOn(replica, host.id)),
        indented,
      ),
      paint,
    ),
    ...section('Runtimes', renderTable(runtimeColumns, host.inventory?.runtimes ?? [], indented), paint),
    ...section('Network', host.inventory === undefined ? [] : networkLines(host.inventory), paint),
    ...eventSection(material),
  ]
}
