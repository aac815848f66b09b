import type { NetworkCauses, NetworkEvents, NetworkFindings, networkChecks } from '../../catalogue/network.ts'
import type { RoomWords } from '../../catalogue/room.ts'
import { hostFindings } from './network-host.ts'
import { meshCauses, meshFindings } from './network-mesh.ts'

export const network: RoomWords<(typeof networkChecks)[number], NetworkFindings, NetworkCauses, NetworkEvents> = {
  checks: {
    'network.neighbours': '邻居表（ARP 与 NDP）',
    'network.duplicate-address': '是否有其他机器使用本机地址',
    'network.gateway': '到网关的丢包',
    'network.path-mtu': '到控制器的满长度包',
    'network.accept-queue': '监听队列',
    'network.conntrack': '连接跟踪表',
    'network.cards': '网卡',
    'network.bonds': '链路聚合',
    'network.rdma': 'RDMA 端口',
    'network.mesh': '主机之间的测量',
  },
  findings: { ...hostFindings, ...meshFindings },
  causes: {
    ...meshCauses,
    'network.table-has-room': ({ family, entries, gcThresh3 }) => `${family} 邻居表有空位：${entries} / ${gcThresh3}`,
  },
  events: {},
}
