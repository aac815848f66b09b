import type { KernelEvents } from '../../catalogue/kernel.ts'
import type { RoomWords } from '../../catalogue/room.ts'

const by = (process: string, pid: number): string => (pid === 0 ? '' : `，进程 ${process === '' ? '' : `${process} `}（pid ${pid}）`)

export const kernelEvents: RoomWords<never, Record<never, never>, Record<never, never>, KernelEvents>['events'] = {
  'kernel.xid': ({ code, bus, pid, process }) => `位于 ${bus} 的 GPU 报告 Xid ${code}${by(process, pid)}`,
  'kernel.sxid': ({ code, bus, fatal }) => `位于 ${bus} 的 NVSwitch 报告${fatal ? '致命' : '非致命'} SXid ${code}`,
  'kernel.oom-kill': ({ scope, process, pid, replica }) =>
    `内核终止了${replica === '' ? '' : `副本 ${replica} 的`}进程 ${process}（pid ${pid}）：${scope === 'cgroup' ? '达到内存上限' : '主机内存耗尽'}`,
  'kernel.hung-task': ({ process, pid, seconds }) => `${process}（pid ${pid}）在内核中等待已超过 ${seconds} 秒`,
  'kernel.nvme-timeout': ({ device }) => `硬盘 ${device} 响应超时`,
  'kernel.io-error': ({ device }) => `${device} 读写失败`,
  'kernel.xfs-shutdown': ({ device }) => `XFS 关闭了 ${device} 上的文件系统`,
  'kernel.remount-read-only': ({ device }) => `${device} 上的文件系统出错后被改为只读`,
  'kernel.neighbour-overflow': ({ table }) => `邻居表 ${table} 溢出`,
  'kernel.conntrack-full': () => '连接跟踪表已满，数据包被丢弃',
  'kernel.link-down': ({ nic }) => `网卡 ${nic} 链路断开`,
  'kernel.link-up': ({ nic }) => `网卡 ${nic} 链路恢复`,
  'kernel.pcie-error': ({ bus, severity }) => `${bus} 发生 PCIe 错误（${severity}）`,
  'kernel.machine-check': ({ bank }) => `处理器报告硬件错误（bank ${bank}）`,
  'kernel.log-gap': ({ records }) => `内核日志有 ${records} 条记录在读取之前已被覆盖`,
}
