/** Whether anything on a host makes use of a setting. Pure. */
import type { TuneRow } from '../../shared/tuning/answer.ts'

export interface Use {
  readonly used: TuneRow['used']
  readonly usedBy: string
}

/** One place with sockets: the host, or a container with a network of its own. */
export interface Surrounding {
  /** `the host`, or the replica. */
  readonly name: string
  /** `ss -Hltn` there; empty: could not be looked at. */
  readonly listeners: string
  /** /proc/net/netstat there. */
  readonly counters: string
  /** net.core.somaxconn there. */
  readonly somaxconn: string
}

export interface HostFacts {
  /** /proc/swaps */
  readonly swaps: string
  readonly numaNodes: number
  /** Lines of /proc/net/arp without its heading. */
  readonly neighbours: number
  readonly trackedConnections: string
}

const unknown: Use = { used: 'unknown', usedBy: '' }

/** The longest backlog that a listener was given; `LISTEN 0 4096 *:8000 *:*`. */
export const longestBacklog = (listeners: string): { readonly backlog: number; readonly address: string } | undefined => {
  const all = listeners.split('\n').flatMap((line) => {
    const [state, , backlog, address] = line.trim().split(/\s+/)
    return state === 'LISTEN' && address !== undefined ? [{ backlog: Number(backlog), address }] : []
  })
  return all.sort((a, b) => b.backlog - a.backlog)[0]
}

/** One counter of /proc/net/netstat, whose lines come in pairs of names and numbers. */
export const counterOf = (netstat: string, name: string): number | undefined => {
  const lines = netstat.split('\n').map((line) => line.split(' '))
  for (let index = 0; index + 1 < lines.length; index += 2) {
    const at = lines[index]?.indexOf(name) ?? -1
    if (at > 0) return Number(lines[index + 1]?.[at])
  }
  return undefined
}

const backlogUse = (places: readonly Surrounding[]): Use => {
  const found = places.flatMap(({ name, listeners, somaxconn }) => {
    const longest = longestBacklog(listeners)
    return longest ? [{ name, ...longest, somaxconn: Number(somaxconn) }] : []
  })
  if (found.length === 0) return unknown
  const full = found.filter(({ backlog, somaxconn }) => backlog >= somaxconn)
  if (full.length > 0)
    return {
      used: 'used',
      usedBy: full.map(({ address, name, backlog }) => `${address} on ${name} listens with a backlog of ${backlog}`).join('; '),
    }
  const longest = found.reduce((a, b) => (b.backlog > a.backlog ? b : a))
  return {
    used: 'unused',
    usedBy: `set but unused: the longest backlog is ${longest.backlog}, of ${longest.address} on ${longest.name}; a program must ask for more when it starts to listen`,
  }
}

const fastOpenUse = (places: readonly Surrounding[]): Use => {
  const counts = places.flatMap(({ name, counters }) => {
    const passive = counterOf(counters, 'TCPFastOpenPassive')
    const active = counterOf(counters, 'TCPFastOpenActive')
    return passive === undefined || active === undefined ? [] : [{ name, total: passive + active }]
  })
  if (counts.length === 0) return unknown
  const user = counts.find(({ total }) => total > 0)
  if (user) return { used: 'used', usedBy: `${user.total} connections on ${user.name} were opened with it` }
  return { used: 'unused', usedBy: 'set but unused: no connection was ever opened with it; both programs must ask for it' }
}

const swapUse = ({ swaps }: HostFacts): Use => {
  if (swaps === '') return unknown
  const areas = swaps.trim().split('\n').length - 1
  return areas > 0
    ? { used: 'used', usedBy: `${areas} swap ${areas === 1 ? 'area' : 'areas'}` }
    : { used: 'unused', usedBy: 'set but unused: this host has no swap' }
}

const numaUse = ({ numaNodes }: HostFacts): Use => {
  if (numaNodes === 0) return unknown
  return numaNodes > 1
    ? { used: 'used', usedBy: `${numaNodes} NUMA nodes` }
    : { used: 'unused', usedBy: 'set but unused: this host has one NUMA node' }
}

/** What the kernel's own first threshold is: below it nothing is ever taken out. */
const neighbourDefault = 128

const neighbourUse = ({ neighbours }: HostFacts): Use => ({
  used: neighbours > neighbourDefault ? 'used' : 'unused',
  usedBy:
    neighbours > neighbourDefault
      ? `${neighbours} IPv4 neighbours`
      : `set but unused: ${neighbours} IPv4 neighbours, fewer than the kernel's own ${neighbourDefault}`,
})

/** What makes use of a sysctl; unknown for those of which it cannot be seen. */
export const useOf = (key: string, places: readonly Surrounding[], facts: HostFacts): Use => {
  if (key === 'net.core.somaxconn') return backlogUse(places)
  if (key === 'net.ipv4.tcp_fastopen') return fastOpenUse(places)
  if (key === 'vm.swappiness') return swapUse(facts)
  if (key === 'kernel.numa_balancing' || key === 'vm.zone_reclaim_mode') return numaUse(facts)
  if (key.startsWith('net.ipv4.neigh.default.gc_thresh')) return neighbourUse(facts)
  if (key === 'net.netfilter.nf_conntrack_max' && facts.trackedConnections !== '')
    return { used: facts.trackedConnections === '0' ? 'unused' : 'used', usedBy: `${facts.trackedConnections} connections are tracked` }
  return unknown
}
