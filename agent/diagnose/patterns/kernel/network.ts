import { event, type KernelPattern } from './fact.ts'

/** Lines of network cards and the network stack. */
export const networkLines: readonly KernelPattern[] = [
  {
    id: 'kernel.neighbour-overflow',
    test: /(?:neighbour: )?(arp_cache|ndisc_cache|Neighbour table): ?(?:neighbor table )?overflow/i,
    read: ([, table = '']) =>
      event({ code: 'kernel.neighbour-overflow', subject: 'host', params: { table: table === 'ndisc_cache' ? table : 'arp_cache' } }),
    samples: [
      { from: 'Linux 6.1', dated: '2026-11-23', origin: 'source', line: 'neighbour: arp_cache: neighbor table overflow!' },
      { from: 'Linux 6.1', dated: '2026-11-23', origin: 'source', line: 'neighbour: ndisc_cache: neighbor table overflow!' },
    ],
  },
  {
    id: 'kernel.conntrack-full',
    test: /nf_conntrack: (?:nf_conntrack: )?table full, dropping packet/,
    read: () => event({ code: 'kernel.conntrack-full', subject: 'host', params: {} }),
    samples: [
      { from: 'Linux 6.1', dated: '2026-11-23', origin: 'source', line: 'nf_conntrack: nf_conntrack: table full, dropping packet' },
    ],
  },
  {
    id: 'kernel.link-down',
    test: /([a-zA-Z][\w.-]{0,30}):? (?:NIC )?Link is Down\b|^(?:mlx5_core|mlx4_en|bnxt_en|ice|qede|ena) \S{1,40} ([a-zA-Z][\w.-]{0,30}): Link down\b/i,
    read: ([, one, other]) => {
      const nic = one ?? other ?? ''
      return event({ code: 'kernel.link-down', subject: `nic/${nic}`, params: { nic } })
    },
    samples: [
      { from: 'Linux 6.1, mlx5', dated: '2026-11-23', origin: 'source', line: 'mlx5_core 0000:12:00.0 ens1f0np0: Link down' },
      { from: 'Linux 6.1, ixgbe', dated: '2026-11-23', origin: 'source', line: 'ixgbe 0000:01:00.0 eth0: NIC Link is Down' },
      { from: 'Linux 5.4, e1000e', dated: '2026-11-23', origin: 'source', line: 'e1000e: eth0 NIC Link is Down' },
      { from: 'Linux 6.1, tg3', dated: '2026-11-23', origin: 'source', line: 'tg3 0000:02:00.0 eno1: Link is down' },
    ],
  },
  {
    id: 'kernel.link-up',
    test: /([a-zA-Z][\w.-]{0,30}):? (?:NIC )?Link is Up\b|^(?:mlx5_core|mlx4_en|bnxt_en|ice|qede|ena) \S{1,40} ([a-zA-Z][\w.-]{0,30}): Link up\b/i,
    read: ([, one, other]) => {
      const nic = one ?? other ?? ''
      return event({ code: 'kernel.link-up', subject: `nic/${nic}`, params: { nic } })
    },
    samples: [
      { from: 'Linux 6.1, mlx5', dated: '2026-11-23', origin: 'source', line: 'mlx5_core 0000:12:00.0 ens1f0np0: Link up' },
      {
        from: 'Linux 6.1, ixgbe',
        dated: '2026-11-23',
        origin: 'source',
        line: 'ixgbe 0000:01:00.0 eth0: NIC Link is Up 10 Gbps, Flow Control: RX/TX',
      },
    ],
  },
]
