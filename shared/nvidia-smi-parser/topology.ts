import { failed, failureIn, failureOf, type Parsed, parsed } from './failure.ts'
import { present } from './present.ts'
import { count, words } from './values.ts'

/**
 * How two devices of a host are joined, best first: `NV` bonded NVLinks, `PIX` one PCIe bridge, `PXB` several, `PHB` a host
 * bridge, `NODE` within a NUMA node, `SYS` across NUMA nodes.
 */
export interface TopologyLink {
  /** Names of the matrix: `GPU0`, `NIC0`, `mlx5_0`. */
  readonly a: string
  readonly b: string
  readonly kind: string
  /** Bonded NVLinks, for kind `NV`. */
  readonly nvlinks?: number
}

export interface TopologyDevice {
  readonly name: string
  /** As printed: `0-15,32-47`. */
  readonly cpuAffinity?: string
  readonly numaNode?: number
}

export interface Topology {
  readonly devices: readonly TopologyDevice[]
  /** Each pair once. */
  readonly links: readonly TopologyLink[]
  /** What newer drivers call NIC0 and so on, by that name: `mlx5_0`. */
  readonly nics: Readonly<Record<string, string>>
}

/** nvidia-smi underlines the header even into a pipe. */
const styling = /\u001b\[[0-9;]*m/g
const affinityHeader = /^(?:CPU Affinity|NUMA Affinity|GPU NUMA ID)$/
const linkKind = /^(?:NV(\d{1,3})|PIX|PXB|PHB|NODE|SYS|PSB|C2C)$/

/** Reads the matrix of `nvidia-smi topo -m`. Never throws. */
export const parseTopology = (output: string): Parsed<Topology> => {
  const lines = output
    .replace(styling, '')
    .split('\n')
    .map((line) => line.trimEnd())
  const headerAt = lines.findIndex((line) => /^\s*GPU0(?:\s|$)/.test(line) && !/^GPU0\s+X(?:\s|$)/.test(line.trim()))
  const header = lines[headerAt]
  if (header === undefined) return failureOf(output)
  const titles = split(header).filter((title) => title !== '')
  const names = titles.filter((title) => !affinityHeader.test(title))
  const affinities = titles.filter((title) => affinityHeader.test(title))

  const devices: TopologyDevice[] = []
  const links: TopologyLink[] = []
  for (const line of lines.slice(headerAt + 1)) {
    const [name = '', ...cells] = split(line)
    if (name === '' && devices.length === 0) continue
    if (!names.includes(name)) break
    names.forEach((other, column) => {
      const kind = linkKind.exec(cells[column] ?? '')
      // The matrix is symmetric; its upper half holds each pair once.
      if (!kind || column <= names.indexOf(name)) return
      links.push(kind[1] === undefined ? { a: name, b: other, kind: kind[0] } : { a: name, b: other, kind: 'NV', nvlinks: Number(kind[1]) })
    })
    const rest = cells.slice(names.length)
    devices.push(
      present<TopologyDevice>({
        name,
        cpuAffinity: words(rest[affinities.indexOf('CPU Affinity')]),
        numaNode: count(rest[affinities.indexOf('NUMA Affinity')]),
      }),
    )
  }
  if (devices.length === 0) return failed('truncated', 'the topology matrix has no rows')
  const nics = lines.flatMap((line) => {
    const nic = /^\s*(NIC\d{1,3}):\s*(\S+)$/.exec(line)
    return nic ? [[nic[1] ?? '', nic[2] ?? ''] as const] : []
  })
  if (devices.length < names.length) {
    const said = failureIn(output)
    return said ? { ok: false, failure: said } : failed('truncated', `the topology matrix has ${devices.length} of ${names.length} rows`)
  }
  return parsed({ devices, links, nics: Object.fromEntries(nics) })
}

/** Cells of a row: by tabs as nvidia-smi prints them, or by runs of spaces where a paste turned the tabs into those. */
const split = (line: string): string[] =>
  (line.includes('\t') ? line.split('\t') : line.split(/\s{2,}|(?<=^GPU\d+)\s+/)).map((cell) => cell.trim())
