import type { NicInfo } from '../../../shared/fleet/inventory.ts'
import type { SetSeries } from '../../../shared/metrics/series-table.ts'
import { KernelFile } from '../kernel-file.ts'
import type { Collector, Fill } from './collector.ts'
import { columns } from './scan.ts'

const counters = [
  ['hostler_nic_receive_bytes_total', 0],
  ['hostler_nic_receive_packets_total', 1],
  ['hostler_nic_receive_errors_total', 2],
  ['hostler_nic_receive_drops_total', 3],
  ['hostler_nic_transmit_bytes_total', 8],
  ['hostler_nic_transmit_packets_total', 9],
  ['hostler_nic_transmit_errors_total', 10],
  ['hostler_nic_transmit_drops_total', 11],
] as const

/** Traffic of the interfaces of the inventory: containers' own, which come and go, are left out. */
export const nicCollector = (nics: () => readonly NicInfo[], proc = '/proc'): Collector => {
  const devices = new KernelFile(`${proc}/net/dev`)
  const fill: Fill = (set) => {
    const known = new Map(nics().map((nic) => [nic.name, nic]))
    for (const line of devices.read()?.split('\n') ?? []) {
      const colon = line.indexOf(':')
      const nic = colon < 0 ? undefined : known.get(line.slice(0, colon).trim())
      if (!nic) continue
      const label = [nic.name]
      const figures = columns(line.slice(colon + 1))
      for (const [name, index] of counters) set(name, label, figures[index] === undefined ? undefined : Number(figures[index]))
      set('hostler_nic_up', label, nic.up)
      set('hostler_nic_speed_bytes_per_second', label, nic.speedMbps > 0 ? (nic.speedMbps * 1e6) / 8 : undefined)
    }
  }
  return { name: 'nics', everyMs: 0, collect: () => fill }
}

const families = [
  ['ipv4', 'arp_cache'],
  ['ipv6', 'ndisc_cache'],
] as const
const levels = ['1', '2', '3'] as const

const extended = [
  ['hostler_tcp_listen_overflows_total', 'ListenOverflows'],
  ['hostler_tcp_listen_drops_total', 'ListenDrops'],
  ['hostler_tcp_fastopen_passive_total', 'TCPFastOpenPassive'],
] as const

/** Tables of the kernel's network that fill up. Neighbour tables of the first namespace alone are told by the kernel. */
export const networkTableCollector = (proc = '/proc'): Collector => {
  const files = families.map(([family, cache]) => ({
    family,
    statistics: new KernelFile(`${proc}/net/stat/${cache}`),
    thresholds: levels.map((level) => [level, new KernelFile(`${proc}/sys/net/${family}/neigh/default/gc_thresh${level}`)] as const),
  }))
  const tracked = new KernelFile(`${proc}/sys/net/netfilter/nf_conntrack_count`)
  const trackedMost = new KernelFile(`${proc}/sys/net/netfilter/nf_conntrack_max`)
  const netstat = new KernelFile(`${proc}/net/netstat`)
  const snmp = new KernelFile(`${proc}/net/snmp`)

  const fill: Fill = (set) => {
    for (const { family, statistics, thresholds } of files) {
      const told = neighbours(statistics.read() ?? '')
      set('hostler_neighbour_entries', [family], told?.entries)
      set('hostler_neighbour_table_fulls_total', [family], told?.tableFulls)
      for (const [level, file] of thresholds) set('hostler_neighbour_threshold', [family, level], file.readNumber())
    }
    set('hostler_conntrack_entries', [], tracked.readNumber())
    set('hostler_conntrack_entries_max', [], trackedMost.readNumber())
    const tcp = paired(netstat.read() ?? '', 'TcpExt:')
    for (const [name, key] of extended) set(name, [], tcp.get(key))
    set('hostler_tcp_retransmitted_segments_total', [], paired(snmp.read() ?? '', 'Tcp:').get('RetransSegs'))
  }
  return { name: 'network-tables', everyMs: 15_000, collect: () => fill as (set: SetSeries) => void }
}

/** A row a CPU, in hexadecimal. The entries are the same in each row, the overflows are counted by CPU. Pure. */
export const neighbours = (text: string): { readonly entries: number; readonly tableFulls: number | undefined } | undefined => {
  const [head = '', ...rows] = text.split('\n')
  const fullsAt = columns(head).indexOf('table_fulls')
  let entries: number | undefined
  let tableFulls = 0
  for (const row of rows) {
    if (row === '') continue
    const cells = columns(row)
    entries = Number.parseInt(cells[0] ?? '', 16)
    tableFulls += Number.parseInt(cells[fullsAt] ?? '0', 16)
  }
  return entries === undefined ? undefined : { entries, tableFulls: fullsAt < 0 ? undefined : tableFulls }
}

/** A line of names and under it one of numbers, both beginning with the same word, as in /proc/net/snmp. Pure. */
export const paired = (text: string, word: string): ReadonlyMap<string, number> => {
  const lines = text.split('\n').filter((line) => line.startsWith(`${word} `))
  const values = lines[1]?.split(' ') ?? []
  return new Map((lines[0]?.split(' ') ?? []).slice(1).map((name, index) => [name, Number(values[index + 1])]))
}
