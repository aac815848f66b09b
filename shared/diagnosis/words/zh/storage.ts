import type { RoomWords } from '../../catalogue/room.ts'
import type { StorageCauses, StorageEvents, StorageFindings, storageChecks } from '../../catalogue/storage.ts'
import { storageFindings } from './storage-findings.ts'

export const storage: RoomWords<(typeof storageChecks)[number], StorageFindings, StorageCauses, StorageEvents> = {
  checks: {
    'storage.filesystem': '模型实际所在的文件系统',
    'storage.space': '模型所在处的剩余空间与剩余 inode',
    'storage.writable': '内核是否把文件系统改成了只读',
    'storage.kernel-errors': '内核日志中的 XFS 关闭、NVMe 超时和 I/O 错误',
    'storage.disk-health': '硬盘自己报告的健康状况',
    'storage.read-latency': '从模型所在硬盘读取所需的时间',
    'storage.mount-options': '对模型主机不利的挂载选项',
    'storage.page-cache': '模型读取一次之后能否留在内存中',
  },
  findings: storageFindings,
  causes: {
    'storage.inodes-left': ({ freePercent }) => `inode 还有剩余（${freePercent}%）`,
    'storage.space-left': ({ freePercent }) => `空间还有剩余（${freePercent}%）`,
    'storage.not-asked-for': ({ mountPoint }) => `并非人为设置：${mountPoint} 是以可写方式挂载的`,
  },
  events: {},
}
