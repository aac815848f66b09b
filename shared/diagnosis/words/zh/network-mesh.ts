import type { HostWay, LinkWay, MeshCauses, MeshFindings, Symptom } from '../../catalogue/network-mesh.ts'
import type { Remedy, RoomWords } from '../../catalogue/room.ts'

type Words = RoomWords<never, MeshFindings, MeshCauses, Record<never, never>>

interface Seen {
  readonly symptom: Symptom
  readonly measured: number
  readonly expected: number
}

/** 症状，接在位置之后。 */
const wrong = ({ symptom, measured, expected }: Seen): string =>
  ({
    unreachable: '完全不通',
    loss: `空闲时丢包 ${measured.toFixed(1)}%`,
    mtu: `吞掉满长度的包：最多通过 ${measured > 0 ? measured : '未知'} 字节，应为 ${expected} 字节`,
    slow: `带宽 ${Math.round(measured)} Mbit/s，应为 ${Math.round(expected)} Mbit/s`,
    latency: `延迟 ${measured.toFixed(1)} ms，其他主机对为 ${expected.toFixed(1)} ms`,
  })[symptom]

const hostWay: { readonly [Way in HostWay]: string } = { sending: '（仅发送方向）', receiving: '（仅接收方向）', both: '' }
const linkWay = (way: LinkWay, a: string, b: string): string =>
  ({ there: `（仅 ${a} 到 ${b} 方向）`, back: `（仅 ${b} 到 ${a} 方向）`, both: '' })[way]

const firstLooks: { readonly [Kind in Symptom]: Remedy } = {
  unreachable: { text: '查看网卡是否有链路', command: 'ip -br link; ip -s neighbour' },
  loss: { text: '读两次网卡的错误计数并比较', command: 'ip -s -s link; ethtool -S IFACE | grep -Ei "err|drop|crc"' },
  mtu: { text: '比较各主机与交换机端口的 MTU', command: 'ip -o link | grep -o "mtu [0-9]*"' },
  slow: { text: '查看网卡协商到的速率与双工', command: 'ethtool IFACE | grep -E "Speed|Duplex|Link"' },
  latency: { text: '查看途中是否有队列积压', command: 'tc -s qdisc show dev IFACE' },
}

const cable: Remedy = { text: '更换网线或光模块，再换交换机端口', command: '' }
const again = (hosts: string): Remedy => ({ text: '每改一处就重测一次', command: `hostler diagnose network ${hosts}` })

export const meshFindings: Words['findings'] = {
  'network.bad-host': (found) => ({
    title: `${found.host} 的网络${wrong(found)}${hostWay[found.way]}（${found.of} 个对端中的 ${found.pairs} 个）`,
    why: `凡有 ${found.host} 的主机对都有问题，没有它的都正常，因此故障在这台主机：网卡、网线或它的交换机端口。`,
    remedies: [firstLooks[found.symptom], cable, again(found.host)],
  }),
  'network.bad-link': (found) => ({
    title: `${found.a} 与 ${found.b} 之间的路径${wrong(found)}${linkWay(found.way, found.a, found.b)}`,
    why: '两台主机与其他主机之间都正常，因此不是网卡的问题，而是只有它们之间才用到的部分，例如聚合链路中的一条或某条路由。',
    remedies: [
      { text: '比较两端所走的路径', command: `tracepath -n ${found.b}` },
      { text: '在交换机的聚合链路（LACP、ECMP）中找出有问题的成员', command: '' },
      again(`${found.a} ${found.b}`),
    ],
  }),
  'network.bad-switch': (found) => ({
    title: `${found.left.join('、')} 与 ${found.right.join('、')} 之间的网络${wrong(found)}${linkWay(found.way, '前者', '后者')}`,
    why: '两组之间的主机对全部有问题，组内都正常：两组接在两台交换机上，连接两者的部分有故障。',
    remedies: [{ text: '检查连接两台交换机的端口：错误、速率、聚合成员', command: '' }, again(`${found.left[0]} ${found.right[0]}`)],
  }),
  'network.bad-everywhere': (found) => ({
    title: `${found.hosts} 台主机之间的网络处处${wrong(found)}`,
    why: `全部 ${found.pairs} 对都同样有问题。故障在它们共用的部分，例如交换机，或者所有主机的设置相同。`,
    remedies: [{ text: '检查交换机、其上联与限速', command: '' }, firstLooks[found.symptom]],
  }),
  'network.bad-pair': (found) => ({
    title: `${found.a} 与 ${found.b} 之间的网络${wrong(found)}${linkWay(found.way, found.a, found.b)}`,
    why: '只有两台主机时，无法区分是链路还是其中一台主机的问题。加上第三台就能区分。',
    remedies: [
      { text: '加上第三台主机再测', command: `hostler diagnose network ${found.a} ${found.b} THIRD` },
      firstLooks[found.symptom],
      cable,
    ],
  }),
  'network.mtu-differs': ({ host, mtuBytes, othersBytes }) => ({
    title: `${host} 的 MTU 为 ${mtuBytes}，其他主机为 ${othersBytes}`,
    why: '同一网段内没有设备会通告较小的 MTU：更大的包会消失，连接开始正常，随后卡住。',
    remedies: [{ text: `将 ${host} 的 MTU 改为与其他主机一致，并写入网络配置`, command: `ip link set dev IFACE mtu ${othersBytes}` }],
  }),
  'network.cpu-bound': ({ a, b, mbps, cpuPercent }) => ({
    title: `${a} 与 ${b} 之间 iperf3 达到 ${Math.round(mbps)} Mbit/s，此时一个处理器核心占用 ${Math.round(cpuPercent)}%`,
    why: '瓶颈是处理器核心而不是链路，因此不对链路下结论。iperf3 3.16 及以后的版本会使用多个核心。',
    remedies: [],
  }),
  'network.switch-arp': ({ hosts, of }) => ({
    title: `${of} 台主机中有 ${hosts.length} 台的邻居没有应答，而它们自己的邻居表正常`,
    why: '这是推断：许多主机同时询问而得不到应答，且自身的表都有空位，很可能是交换机丢弃了 ARP 或丢失了 MAC 表。',
    remedies: [{ text: '查看交换机 MAC 表与 ARP 表的容量、老化时间，以及广播限制', command: '' }],
  }),
  'network.pairs-not-measured': ({ pairs, of, reasons }) => ({
    title: `${of} 对主机中有 ${pairs} 对没有测量`,
    why: reasons.join('；'),
    remedies: [],
  }),
}

export const meshCauses: Words['causes'] = {
  'network.others-are-well': ({ pairs }) => `其他 ${pairs} 对都正常，因此不是整个网络的问题`,
  'network.host-is-well': ({ host, pairs }) => `${host} 与其他 ${pairs} 个对端都正常`,
  'network.inside-groups-is-well': ({ pairs }) => `组内 ${pairs} 对都正常`,
  'network.first-hop-is-well': ({ host }) => `${host} 到自己的网关没有丢包`,
  'network.cpu-has-room': ({ cpuPercent }) => `没有处理器核心用满：最高 ${Math.round(cpuPercent)}%`,
  'network.table-not-full': ({ hosts }) => `这 ${hosts} 台主机的邻居表都有空位`,
}
