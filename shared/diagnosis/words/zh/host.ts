import type { HostCauses, HostEvents, HostFindings, hostChecks } from '../../catalogue/host.ts'
import type { RoomWords } from '../../catalogue/room.ts'
import { machineFindings } from './machine-findings.ts'
import { replicaFindings } from './replica-findings.ts'
import { tuningFindings } from './tuning-findings.ts'

export const host: RoomWords<(typeof hostChecks)[number], HostFindings, HostCauses, HostEvents> = {
  checks: {
    'host.tuning': '各项设置与调优配置的对比：当前值、下次启动后的值、容器内的值',
    'host.backlog': '副本是否用上了等待连接数的上限',
    'host.fast-open': '是否有程序用到 TCP Fast Open',
    'host.replica-limits': '运行中副本的锁定内存与打开文件数上限',
    'host.shared-memory': '多 GPU 副本的 /dev/shm 大小',
    'host.memory': '可用内存、因内存不足造成的停顿，以及交换分区',
    'host.processors': '因处理器不足造成的停顿，以及被限流的副本',
    'host.clock': '时钟是否有服务在校准',
    'host.kernel': '内核对自身状态的记录',
    'host.stuck-processes': '卡在内核中的进程',
    'host.disk-space': '系统和容器引擎写入处的剩余空间',
    'host.container-engine': '该主机能否运行副本',
    'host.reboot': '是否有更新在等待重启',
  },
  findings: { ...tuningFindings, ...replicaFindings, ...machineFindings },
  causes: {
    'host.queue-empty': ({ port }) => `端口 ${port} 上没有等待中的连接`,
    'host.memory-available': ({ availableMiB }) => `还有 ${availableMiB} MiB 内存可用`,
    'host.no-profile-owner': ({ name }) => `该设置不归 ${name} 管理`,
  },
  events: {},
}
