import type { HostWay, LinkWay, MeshCauses, MeshFindings, Symptom } from '../../catalogue/network-mesh.ts'
import type { Remedy, RoomWords } from '../../catalogue/room.ts'

type Words = RoomWords<never, MeshFindings, MeshCauses, Record<never, never>>

interface Seen {
  readonly symptom: Symptom
  readonly measured: number
  readonly expected: number
}

/** What is wrong, behind "the link between A and B" and the like. */
const wrong = ({ symptom, measured, expected }: Seen): string =>
  ({
    unreachable: 'carries nothing',
    loss: `loses ${measured.toFixed(1)} % of packets while idle`,
    mtu: `swallows full-size packets: at most ${measured > 0 ? measured : 'an unknown number of'} bytes pass, ${expected} should`,
    slow: `carries ${Math.round(measured)} Mbit/s of ${Math.round(expected)} Mbit/s`,
    latency: `answers in ${measured.toFixed(1)} ms, the other pairs in ${expected.toFixed(1)} ms`,
  })[symptom]

const hostWay: { readonly [Way in HostWay]: string } = { sending: ', sending only', receiving: ', receiving only', both: '' }
const linkWay = (way: LinkWay, a: string, b: string): string =>
  ({ there: ` from ${a} to ${b} only`, back: ` from ${b} to ${a} only`, both: '' })[way]

const firstLooks: { readonly [Kind in Symptom]: Remedy } = {
  unreachable: { text: 'See whether the card has a link', command: 'ip -br link; ip -s neighbour' },
  loss: {
    text: "Read the card's error counters, twice, and compare",
    command: 'ip -s -s link; ethtool -S IFACE | grep -Ei "err|drop|crc"',
  },
  mtu: { text: 'Compare the MTU of the hosts and of the switch ports', command: 'ip -o link | grep -o "mtu [0-9]*"' },
  slow: { text: 'See what rate and duplex the card negotiated', command: 'ethtool IFACE | grep -E "Speed|Duplex|Link"' },
  latency: { text: 'See whether a queue stands on the way', command: 'tc -s qdisc show dev IFACE' },
}

const cable: Remedy = { text: 'Swap the cable or transceiver, then the switch port', command: '' }
const again = (hosts: string): Remedy => ({ text: 'Measure again after each change', command: `hostler diagnose network ${hosts}` })

export const meshFindings: Words['findings'] = {
  'network.bad-host': (found) => ({
    title: `The network of ${found.host} ${wrong(found)}${hostWay[found.way]} (${found.pairs} of ${found.of} peers)`,
    why: `Pairs with ${found.host} are bad and those without it are not, so the fault is at this host: its card, its cable or its switch port.`,
    remedies: [firstLooks[found.symptom], cable, again(found.host)],
  }),
  'network.bad-link': (found) => ({
    title: `The path between ${found.a} and ${found.b} ${wrong(found)}${linkWay(found.way, found.a, found.b)}`,
    why: 'Both hosts reach the others well, so neither card is to blame: it is what only these two use, such as one path of a bundle or a route.',
    remedies: [
      { text: 'Compare the way both take', command: `tracepath -n ${found.b}` },
      { text: 'Look for one bad member among bundled links of the switches (LACP, ECMP)', command: '' },
      again(`${found.a} ${found.b}`),
    ],
  }),
  'network.bad-switch': (found) => ({
    title: `Between ${found.left.join(', ')} and ${found.right.join(', ')} the network ${wrong(found)}${linkWay(found.way, 'the first', 'the second')}`,
    why: 'All pairs across the two groups are bad and those within each are not: the groups hang on two switches, and what joins them is at fault.',
    remedies: [
      { text: 'Look at the ports that join the two switches: errors, rate, members of the bundle', command: '' },
      again(`${found.left[0]} ${found.right[0]}`),
    ],
  }),
  'network.bad-everywhere': (found) => ({
    title: `Everywhere between ${found.hosts} hosts the network ${wrong(found)}`,
    why: `All ${found.pairs} pairs are bad alike. What all of them share is at fault, such as the switch, or all hosts are set alike.`,
    remedies: [{ text: 'Look at the switch, its uplinks and its rate limits', command: '' }, firstLooks[found.symptom]],
  }),
  'network.bad-pair': (found) => ({
    title: `Between ${found.a} and ${found.b} the network ${wrong(found)}${linkWay(found.way, found.a, found.b)}`,
    why: 'With two hosts alone, the link cannot be told from either host. A third host would tell.',
    remedies: [
      { text: 'Measure with a third host', command: `hostler diagnose network ${found.a} ${found.b} THIRD` },
      firstLooks[found.symptom],
      cable,
    ],
  }),
  'network.mtu-differs': ({ host, mtuBytes, othersBytes }) => ({
    title: `The MTU of ${host} is ${mtuBytes}, that of the other hosts ${othersBytes}`,
    why: 'On one network segment nobody announces a smaller MTU: packets larger than it vanish, and connections hang after a good start.',
    remedies: [
      { text: `Give ${host} the MTU of the rest, in its network configuration too`, command: `ip link set dev IFACE mtu ${othersBytes}` },
    ],
  }),
  'network.cpu-bound': ({ a, b, mbps, cpuPercent }) => ({
    title: `Between ${a} and ${b} iperf3 reached ${Math.round(mbps)} Mbit/s with a processor core at ${Math.round(cpuPercent)} %`,
    why: 'The core was the limit, not the link, so nothing is said of the link. iperf3 3.16 and later use several cores.',
    remedies: [],
  }),
  'network.switch-arp': ({ hosts, of }) => ({
    title: `Neighbours do not answer on ${hosts.length} of ${of} hosts whose own tables are well`,
    why: 'An inference: when many hosts ask in vain at the same time and none of them lacks room, the switch likely drops ARP or lost its MAC table.',
    remedies: [{ text: "See the size and age of the switch's MAC and ARP tables, and its limits on broadcasts", command: '' }],
  }),
  'network.pairs-not-measured': ({ pairs, of, reasons }) => ({
    title: `${pairs} of ${of} pairs were not measured`,
    why: reasons.join('; '),
    remedies: [],
  }),
}

export const meshCauses: Words['causes'] = {
  'network.others-are-well': ({ pairs }) => `the ${pairs} other pairs are well, so it is not the whole network`,
  'network.host-is-well': ({ host, pairs }) => `${host} is well with ${pairs} other peers`,
  'network.inside-groups-is-well': ({ pairs }) => `the ${pairs} pairs within the groups are well`,
  'network.first-hop-is-well': ({ host }) => `${host} reaches its own gateway without loss`,
  'network.cpu-has-room': ({ cpuPercent }) => `no processor core was used up: ${Math.round(cpuPercent)} % at most`,
  'network.table-not-full': ({ hosts }) => `the neighbour tables of these ${hosts} hosts have room`,
}
