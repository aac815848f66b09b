import type { NetworkFindings } from '../../catalogue/network.ts'
import type { MeshFindings } from '../../catalogue/network-mesh.ts'
import type { RoomWords } from '../../catalogue/room.ts'

type HostFindings = Omit<NetworkFindings, keyof MeshFindings>
type Words = RoomWords<never, HostFindings, Record<never, never>, Record<never, never>>

const since = (sinceBoot: boolean): string => (sinceBoot ? '主机启动以来' : '所查时段内')
const thresholdsKey = { ipv4: 'net.ipv4.neigh.default.gc_thresh3', ipv6: 'net.ipv6.neigh.default.gc_thresh3' } as const

const raiseNeighbours = (family: 'ipv4' | 'ipv6', now: number) => [
  { text: '启用设置 gc_thresh1 至 3 的调优配置，例如 inference', command: 'hostler tune plan' },
  { text: '或立即提高上限（重启后失效）', command: `sysctl -w ${thresholdsKey[family]}=${Math.max(8_192, now * 4)}` },
]

export const hostFindings: Words['findings'] = {
  'network.neighbour-overflow': ({ family, overflows, sinceBoot, entries, gcThresh3 }) => ({
    title: `${family} 邻居表${since(sinceBoot)}溢出 ${overflows} 次`,
    why: `表最多容纳 ${gcThresh3} 项，现有 ${entries} 项。没有表项的邻居无法到达：到某些主机的连接会随机失败。`,
    remedies: raiseNeighbours(family, gcThresh3),
  }),
  'network.neighbours-nearly-full': ({ family, entries, gcThresh3, percent, thresholdPercent }) => ({
    title: `${family} 邻居表已用 ${Math.round(percent)}%：${entries} / ${gcThresh3}`,
    why: `超过 ${thresholdPercent}% 时，发往新邻居的包即将被丢弃。`,
    remedies: raiseNeighbours(family, gcThresh3),
  }),
  'network.neighbours-silent': ({ addresses, count }) => ({
    title: `${count} 个邻居没有应答：${addresses.join('、')}`,
    why: '本机询问其硬件地址而无人应答：它们已关机、不在此网段，或交换机丢弃了询问。',
    remedies: [{ text: '逐个查看状态', command: 'ip neighbour show nud incomplete nud failed' }],
  }),
  'network.duplicate-address': ({ address, device, macs }) => ({
    title: `另一台机器也在使用本机地址 ${address}：${macs.join('、')}`,
    why: '两者都应答此地址，包时而到这台、时而到那台，连接随机中断。',
    remedies: [
      { text: '查看谁在应答', command: `arping -D -c 3 -I ${device} ${address}` },
      { text: '在交换机上找到该硬件地址所在端口，并更改其中一台的地址', command: '' },
    ],
  }),
  'network.gateway-silent': ({ gateway, device, resolved }) => ({
    title: `网关 ${gateway} 没有应答`,
    why: resolved ? '其硬件地址已知，说明网关在线；可能被设置为不应答 ping。' : `在 ${device} 上连它的硬件地址都得不到：第一跳已断。`,
    remedies: [{ text: '查看第一跳的状态', command: `ip neighbour show ${gateway}; ip -s link show ${device}` }],
  }),
  'network.gateway-loss': ({ gateway, lossPercent, thresholdPercent }) => ({
    title: `到网关 ${gateway} 的包丢失 ${lossPercent.toFixed(1)}%`,
    why: `第一跳丢包超过 ${thresholdPercent}%，说明是本机的网卡、网线或交换机端口有问题。`,
    remedies: [{ text: '查看网卡的错误计数', command: 'ip -s -s link' }],
  }),
  'network.path-mtu': ({ address, device, interfaceBytes, largestBytes, announced }) => ({
    title: `${interfaceBytes} 字节的包到不了控制器 ${address}${largestBytes > 0 ? `；${largestBytes} 字节可以` : ''}`,
    why: announced
      ? '途中的路由器会告知，连接会自动适应，仅在开始时略有损失。'
      : '包无声地消失，连接一旦传输较多数据就会卡住：这是 MTU 黑洞。',
    remedies: [
      { text: '查看在途中何处', command: `tracepath -n ${address}` },
      { text: `或降低 ${device} 的 MTU`, command: largestBytes > 0 ? `ip link set dev ${device} mtu ${largestBytes}` : '' },
    ],
  }),
  'network.accept-queue': ({ overflows, sinceBoot }) => ({
    title: `${since(sinceBoot)}因监听队列已满丢弃了 ${overflows} 个连接`,
    why: '服务接受连接的速度慢于到来的速度，队列太短，装不下突发。',
    remedies: [
      { text: '查看是哪个监听：Recv-Q 接近 Send-Q', command: 'ss -ltn' },
      { text: '提高队列上限，并提高服务自己申请的 backlog', command: 'sysctl -w net.core.somaxconn=65535' },
    ],
  }),
  'network.accept-queue-full': ({ listener, waiting, backlog }) => ({
    title: `监听 ${listener} 有 ${waiting} 个连接在等待，队列容量 ${backlog}`,
    why: '后续连接将被丢弃，客户端会超时。',
    remedies: [{ text: '查看服务在等什么，并提高其 backlog', command: 'ss -ltnp' }],
  }),
  'network.conntrack-nearly-full': ({ entries, max, percent }) => ({
    title: `连接跟踪表已用 ${Math.round(percent)}%：${entries} / ${max}`,
    why: '表满后，任何新连接都会被丢弃。',
    remedies: [{ text: '提高其容量', command: `sysctl -w net.netfilter.nf_conntrack_max=${max * 2}` }],
  }),
  'network.conntrack-full': ({ lines }) => ({
    title: `连接跟踪表曾满：内核报告了 ${lines} 次`,
    why: '当时任何新连接都被丢弃。',
    remedies: [{ text: '查看并提高其容量', command: 'sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max' }],
  }),
  'network.card-errors': ({ device, counter, count, ofPackets }) => ({
    title: `${device} 的 ${counter} 计数为 ${count}（共 ${ofPackets} 个包）`,
    why: '正常链路没有或几乎没有此类错误。它们来自网线、光模块或端口。',
    remedies: [
      { text: '查看网卡的全部计数', command: `ethtool -S ${device}` },
      { text: '清洁或更换网线、光模块', command: '' },
    ],
  }),
  'network.card-slow': ({ device, speedMbps, othersMbps }) => ({
    title: `${device} 的速率为 ${speedMbps} Mbit/s，同类网卡为 ${othersMbps} Mbit/s`,
    why: '同一主机上同一驱动的网卡通常速率相同；网线不良或端口设置不同会使其中一块协商到更低速率。',
    remedies: [{ text: '查看两端所支持的速率', command: `ethtool ${device}` }],
  }),
  'network.card-half-duplex': ({ device }) => ({
    title: `${device} 运行在半双工`,
    why: '不能同时收发，冲突会损失大部分速率。其中一端没有启用自协商。',
    remedies: [{ text: '两端都启用自协商', command: `ethtool -s ${device} autoneg on` }],
  }),
  'network.card-flapping': ({ device, changes }) => ({
    title: `${device} 的链路自主机启动以来通断 ${changes} 次`,
    why: '每次都会使连接停顿数秒。',
    remedies: [{ text: '查看发生时间', command: `journalctl -k -g "${device}.*[Ll]ink"` }],
  }),
  'network.bond-unwatched': ({ bond }) => ({
    title: `${bond} 不检测链路：miimon 为 0，也没有 ARP 目标`,
    why: '它会继续向已断的链路发送，这一部分包全部丢失。',
    remedies: [{ text: '在 netplan 中设置 mii-monitor-interval: 100，或执行', command: `ip link set ${bond} type bond miimon 100` }],
  }),
  'network.bond-member-down': ({ bond, member, up, members }) => ({
    title: `${bond} 的 ${member} 已断；${members} 条链路中 ${up} 条可用`,
    why: '聚合带宽减少，冗余也少了一条。',
    remedies: [{ text: '查看原因', command: `cat /proc/net/bonding/${bond}; ethtool ${member}` }],
  }),
  'network.bond-mtu-differs': ({ bond, bondMtu, member, memberMtu }) => ({
    title: `${member} 的 MTU 为 ${memberMtu}，其聚合 ${bond} 为 ${bondMtu}`,
    why: '走这条链路的大包会消失。',
    remedies: [{ text: '在 netplan 中设置，或执行', command: `ip link set dev ${member} mtu ${bondMtu}` }],
  }),
  'network.bond-lone': ({ bond, members }) => ({
    title: `${bond} ${members === 0 ? '没有链路' : '只有一条链路'}`,
    why: '少于两条链路的聚合没有任何保护作用，缺了一条。',
    remedies: [{ text: '与 netplan 的设置比较', command: 'netplan get; ip -br link' }],
  }),
  'network.rdma-down': ({ port, state, physState }) => ({
    title: `RDMA 端口 ${port} 的状态为 ${state}（${physState}）`,
    why: '使用该端口 RDMA 的程序会失败，或无声地退回 TCP。',
    remedies: [{ text: '查看端口与网线', command: 'ibstat; rdma link' }],
  }),
  'network.rdma-errors': ({ port, counter, count, rate, per, threshold }) => ({
    title: `RDMA 端口 ${port} 的 ${counter} 计数 ${count}，每${{ second: '秒', minute: '分钟', hour: '小时' }[per]} ${rate.toFixed(1)}`,
    why: `每${{ second: '秒', minute: '分钟', hour: '小时' }[per]} ${threshold} 以内视为正常。`,
    remedies: [
      { text: '清洁或更换线缆', command: '' },
      { text: '若为 RoCE，比较网卡与交换机的 PFC、ECN 设置', command: 'mlnx_qos -i IFACE' },
    ],
  }),
  'network.busy': ({ device, mbps, linkMbps, percent }) => ({
    title: `无法检查：${device} 已在传输 ${mbps} / ${linkMbps} Mbit/s`,
    why: `超过 ${percent}% 时测量会影响正在运行的服务，结果也不准。`,
    remedies: [{ text: '在空闲时再测', command: 'hostler diagnose network' }],
  }),
}
