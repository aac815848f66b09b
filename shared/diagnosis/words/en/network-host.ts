import type { NetworkFindings } from '../../catalogue/network.ts'
import type { MeshFindings } from '../../catalogue/network-mesh.ts'
import type { RoomWords } from '../../catalogue/room.ts'

type HostFindings = Omit<NetworkFindings, keyof MeshFindings>
type Words = RoomWords<never, HostFindings, Record<never, never>, Record<never, never>>

const since = (sinceBoot: boolean): string => (sinceBoot ? 'since the host started' : 'in the time looked at')
const thresholdsKey = { ipv4: 'net.ipv4.neigh.default.gc_thresh3', ipv6: 'net.ipv6.neigh.default.gc_thresh3' } as const

const raiseNeighbours = (family: 'ipv4' | 'ipv6', now: number) => [
  { text: 'Let a profile that sets gc_thresh1 to 3 hold, such as inference', command: 'hostler tune plan' },
  { text: 'Or raise the limit now, until the next start', command: `sysctl -w ${thresholdsKey[family]}=${Math.max(8_192, now * 4)}` },
]

export const hostFindings: Words['findings'] = {
  'network.neighbour-overflow': ({ family, overflows, sinceBoot, entries, gcThresh3 }) => ({
    title: `The ${family} neighbour table overflowed ${overflows} times ${since(sinceBoot)}`,
    why: `It may hold ${gcThresh3} entries and has ${entries}. A neighbour without an entry is not reached: connections to some hosts fail at random.`,
    remedies: raiseNeighbours(family, gcThresh3),
  }),
  'network.neighbours-nearly-full': ({ family, entries, gcThresh3, percent, thresholdPercent }) => ({
    title: `The ${family} neighbour table is ${Math.round(percent)} % full: ${entries} of ${gcThresh3}`,
    why: `Above ${thresholdPercent} % it is close to dropping packets to new neighbours.`,
    remedies: raiseNeighbours(family, gcThresh3),
  }),
  'network.neighbours-silent': ({ addresses, count }) => ({
    title: `${count} neighbours do not answer: ${addresses.join(', ')}`,
    why: 'The host asked for their hardware address and nobody answered: they are off, elsewhere, or the switch drops the question.',
    remedies: [{ text: 'See the state of each', command: 'ip neighbour show nud incomplete nud failed' }],
  }),
  'network.duplicate-address': ({ address, device, macs }) => ({
    title: `Another machine uses the address ${address} of this host: ${macs.join(', ')}`,
    why: 'Both answer for it, so packets go now to one and now to the other, and connections break at random.',
    remedies: [
      { text: 'See who answers', command: `arping -D -c 3 -I ${device} ${address}` },
      { text: 'Find the port of that hardware address on the switch, and give one of the two another address', command: '' },
    ],
  }),
  'network.gateway-silent': ({ gateway, device, resolved }) => ({
    title: `The gateway ${gateway} does not answer`,
    why: resolved
      ? 'Its hardware address is known, so it is there; it may be told not to answer pings.'
      : `It does not even tell its hardware address on ${device}: the first hop is cut.`,
    remedies: [{ text: 'See the state of the first hop', command: `ip neighbour show ${gateway}; ip -s link show ${device}` }],
  }),
  'network.gateway-loss': ({ gateway, lossPercent, thresholdPercent }) => ({
    title: `${lossPercent.toFixed(1)} % of packets to the gateway ${gateway} are lost`,
    why: `More than ${thresholdPercent} % on the first hop points at this host's card, cable or switch port.`,
    remedies: [{ text: 'Read the error counters of the card', command: 'ip -s -s link' }],
  }),
  'network.path-mtu': ({ address, device, interfaceBytes, largestBytes, announced }) => ({
    title: `Packets of ${interfaceBytes} bytes do not reach the controller at ${address}${largestBytes > 0 ? `; ${largestBytes} do` : ''}`,
    why: announced
      ? 'A router on the way says so, and connections adapt. It costs a little at their start.'
      : 'They vanish without a word, so connections hang as soon as they carry much: a black hole.',
    remedies: [
      { text: 'See where on the way', command: `tracepath -n ${address}` },
      { text: `Or lower the MTU of ${device}`, command: largestBytes > 0 ? `ip link set dev ${device} mtu ${largestBytes}` : '' },
    ],
  }),
  'network.accept-queue': ({ overflows, sinceBoot }) => ({
    title: `${overflows} connections were dropped ${since(sinceBoot)} because a listener's queue was full`,
    why: 'A server took connections up more slowly than they came, and its queue was too short for the burst.',
    remedies: [
      { text: 'See which listener: Recv-Q near Send-Q', command: 'ss -ltn' },
      { text: 'Raise the limit for queues, and the backlog that the server asks for', command: 'sysctl -w net.core.somaxconn=65535' },
    ],
  }),
  'network.accept-queue-full': ({ listener, waiting, backlog }) => ({
    title: `The listener at ${listener} has ${waiting} connections waiting, of ${backlog} that fit`,
    why: 'The next ones are dropped, and clients see timeouts.',
    remedies: [{ text: 'See what the server waits for, and raise its backlog', command: 'ss -ltnp' }],
  }),
  'network.conntrack-nearly-full': ({ entries, max, percent }) => ({
    title: `The connection tracking table is ${Math.round(percent)} % full: ${entries} of ${max}`,
    why: 'When it is full, new connections are dropped, whatever they are for.',
    remedies: [{ text: 'Raise its size', command: `sysctl -w net.netfilter.nf_conntrack_max=${max * 2}` }],
  }),
  'network.conntrack-full': ({ lines }) => ({
    title: `The connection tracking table was full: the kernel said so ${lines} times`,
    why: 'New connections were dropped, whatever they were for.',
    remedies: [{ text: 'See its size and raise it', command: 'sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max' }],
  }),
  'network.card-errors': ({ device, counter, count, ofPackets }) => ({
    title: `${device} counts ${count} ${counter} in ${ofPackets} packets`,
    why: 'A good link has none or nearly none. They come from the cable, the transceiver or the port.',
    remedies: [
      { text: "Read all of the card's counters", command: `ethtool -S ${device}` },
      { text: 'Clean or swap the cable or transceiver', command: '' },
    ],
  }),
  'network.card-slow': ({ device, speedMbps, othersMbps }) => ({
    title: `${device} runs at ${speedMbps} Mbit/s, its like at ${othersMbps} Mbit/s`,
    why: 'Cards of one driver in one host usually run alike; a bad cable or a port set otherwise makes one negotiate less.',
    remedies: [{ text: 'See what both ends offer', command: `ethtool ${device}` }],
  }),
  'network.card-half-duplex': ({ device }) => ({
    title: `${device} runs at half duplex`,
    why: 'It cannot send and receive at once; collisions cost most of its rate. One end is not set to negotiate.',
    remedies: [{ text: 'Let both ends negotiate', command: `ethtool -s ${device} autoneg on` }],
  }),
  'network.card-flapping': ({ device, changes }) => ({
    title: `The link of ${device} went down or up ${changes} times since the host started`,
    why: 'Each time, connections stall for seconds.',
    remedies: [{ text: 'See when', command: `journalctl -k -g "${device}.*[Ll]ink"` }],
  }),
  'network.bond-unwatched': ({ bond }) => ({
    title: `${bond} does not watch its links: miimon is 0 and there is no ARP target`,
    why: 'It goes on sending over a dead link, and loses that share of all packets.',
    remedies: [{ text: 'Set mii-monitor-interval: 100 in netplan, or', command: `ip link set ${bond} type bond miimon 100` }],
  }),
  'network.bond-member-down': ({ bond, member, up, members }) => ({
    title: `${member} of ${bond} is down; ${up} of ${members} links carry`,
    why: 'The bond carries less, and has one link less to lose.',
    remedies: [{ text: 'See why', command: `cat /proc/net/bonding/${bond}; ethtool ${member}` }],
  }),
  'network.bond-mtu-differs': ({ bond, bondMtu, member, memberMtu }) => ({
    title: `The MTU of ${member} is ${memberMtu}, that of its bond ${bond} ${bondMtu}`,
    why: 'Large packets that take this link vanish.',
    remedies: [{ text: 'Set it in netplan, or', command: `ip link set dev ${member} mtu ${bondMtu}` }],
  }),
  'network.bond-lone': ({ bond, members }) => ({
    title: `${bond} has ${members === 0 ? 'no link' : 'one link'}`,
    why: 'A bond of fewer than two protects against nothing. A link is missing from it.',
    remedies: [{ text: 'Compare with what netplan says', command: 'netplan get; ip -br link' }],
  }),
  'network.rdma-down': ({ port, state, physState }) => ({
    title: `The RDMA port ${port} is ${state} (${physState})`,
    why: 'What uses RDMA there fails, or falls back to TCP without a word.',
    remedies: [{ text: 'See the port and its cable', command: 'ibstat; rdma link' }],
  }),
  'network.rdma-errors': ({ port, counter, count, rate, per, threshold }) => ({
    title: `The RDMA port ${port} counts ${counter}: ${count}, ${rate.toFixed(1)} a ${per}`,
    why: `Up to ${threshold} a ${per} is taken as normal.`,
    remedies: [
      { text: 'Clean or swap the cable', command: '' },
      { text: 'On RoCE, compare PFC and ECN of the card and the switch', command: 'mlnx_qos -i IFACE' },
    ],
  }),
  'network.busy': ({ device, mbps, linkMbps, percent }) => ({
    title: `Could not look: ${device} already carries ${mbps} of ${linkMbps} Mbit/s`,
    why: `Above ${percent} % a measurement would hurt what runs, and would measure that.`,
    remedies: [{ text: 'Measure at a quieter time', command: 'hostler diagnose network' }],
  }),
}
