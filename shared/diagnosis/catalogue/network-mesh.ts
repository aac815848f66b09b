/** What measurements between all hosts show. A symptom at a place: one host, one link, a switch, everything, or a pair that cannot be told apart. */

/** From the worst to the least. mtu: full-size packets vanish. */
export const symptoms = ['unreachable', 'loss', 'mtu', 'slow', 'latency'] as const
export type Symptom = (typeof symptoms)[number]

/** Of a host: what it sends, receives, or both. Of a link: from the first to the second host, back, or both. */
export type HostWay = 'sending' | 'receiving' | 'both'
export type LinkWay = 'there' | 'back' | 'both'

type Seen = {
  readonly symptom: Symptom
  /** In percent lost, bytes, Mbit/s or ms, as the symptom has it; the middle of what was seen. */
  readonly measured: number
  readonly expected: number
}

export type MeshFindings = {
  readonly 'network.bad-host': Seen & { readonly host: string; readonly way: HostWay; readonly pairs: number; readonly of: number }
  readonly 'network.bad-link': Seen & { readonly a: string; readonly b: string; readonly way: LinkWay }
  /** All pairs across two groups of hosts are bad, and those within are not. */
  readonly 'network.bad-switch': Seen & { readonly left: string[]; readonly right: string[]; readonly way: LinkWay }
  readonly 'network.bad-everywhere': Seen & { readonly hosts: number; readonly pairs: number }
  /** Two hosts alone: the link, or either host. */
  readonly 'network.bad-pair': Seen & { readonly a: string; readonly b: string; readonly way: LinkWay }
  /** Its interface has another MTU than those of the rest. */
  readonly 'network.mtu-differs': { readonly host: string; readonly mtuBytes: number; readonly othersBytes: number }
  /** iperf3 used a core up, so the card was not. */
  readonly 'network.cpu-bound': { readonly a: string; readonly b: string; readonly mbps: number; readonly cpuPercent: number }
  /** Neighbours do not answer on many hosts whose own tables and cards are well. */
  readonly 'network.switch-arp': { readonly hosts: string[]; readonly of: number }
  readonly 'network.pairs-not-measured': { readonly pairs: number; readonly of: number; readonly reasons: string[] }
}

export type MeshCauses = {
  readonly 'network.others-are-well': { readonly pairs: number }
  readonly 'network.host-is-well': { readonly host: string; readonly pairs: number }
  readonly 'network.inside-groups-is-well': { readonly pairs: number }
  readonly 'network.first-hop-is-well': { readonly host: string }
  readonly 'network.cpu-has-room': { readonly cpuPercent: number }
  readonly 'network.table-not-full': { readonly hosts: number }
}
