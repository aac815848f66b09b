import type { RoomWords } from '../../catalogue/room.ts'
import type { DiskFindings } from '../../catalogue/storage.ts'
import { storageCommands as commands } from '../commands/storage.ts'

const askTheDrive = '询问硬盘（smartctl 在软件包 smartmontools 中）'

const where = (models: boolean) => (models ? '模型或系统位于其上：副本可能挂起或无法启动。' : '模型和系统都不在其上。')

export const diskFindings: RoomWords<never, DiskFindings, Record<never, never>, Record<never, never>>['findings'] = {
  'storage.xfs-shutdown': ({ device, mountPoint }) => ({
    title: `${device} 上的 XFS 已自行关闭`,
    why: 'XFS 在无法写入日志或不再信任其元数据时会停止一切读写，以免进一步损坏。多数情况下是下面的硬盘先出了故障。',
    remedies: [
      { text: '查看在此之前发生了什么', command: commands.beforeXfs(device) },
      ...(mountPoint === ''
        ? []
        : [{ text: '确认没有程序在使用它之后重新挂载，日志会被重放', command: commands.mountAgain(`/dev/${device}`, mountPoint) }]),
      { text: '若挂载失败，在不做任何改动的前提下查看损坏情况', command: commands.showXfsDamage(device) },
    ],
  }),
  'storage.nvme-timeouts': ({ device, count, models }) => ({
    title: `${device} 有 ${count} 次没有响应内核`,
    why: `NVMe 命令超时。原因在于硬盘的节能、固件，或其 PCIe 链路。${where(models)}`,
    remedies: [
      { text: askTheDrive, command: commands.askDrive(`/dev/${device}`) },
      { text: '查找其 PCIe 链路的错误', command: commands.pcieErrors },
      {
        text: '若此值不为 0，则以 nvme_core.default_ps_max_latency_us=0 启动内核，避免硬盘进入深度节能',
        command: commands.nvmePowerSaving,
      },
    ],
  }),
  'storage.io-errors': ({ device, count, models }) => ({
    title: `${device} 出现 ${count} 次 I/O 错误`,
    why: `硬盘有一些块无法读取或写入。${where(models)}`,
    remedies: [
      { text: askTheDrive, command: commands.askDrive(`/dev/${device}`) },
      { text: '保存无法重新下载的内容，然后更换硬盘', command: '' },
    ],
  }),
  'storage.disk-failing': ({ disk, reason }) => ({
    title: `硬盘 ${disk} 报告自身正在损坏：${reason}`,
    why: '硬盘往往很晚才会这样报告。接下来读取模型会变慢或失败。',
    remedies: [
      { text: '查看它报告的全部内容', command: commands.askDrive(`/dev/${disk}`) },
      { text: '保存无法重新下载的内容，然后更换硬盘', command: '' },
    ],
  }),
  'storage.disk-worn': ({ disk, usedPercent }) => ({
    title: `硬盘 ${disk} 已用掉额定写入量的 ${usedPercent}%`,
    why: '超过 100% 之后厂商不再作任何保证。它目前仍可工作。',
    remedies: [{ text: '安排更换，并查看它报告的内容', command: commands.askDrive(`/dev/${disk}`) }],
  }),
  'storage.media-errors': ({ disk, count }) => ({
    title: `硬盘 ${disk} 记录了 ${count} 次介质错误`,
    why: '有些块读出的内容与写入的不一致。如果这个数字在增长，说明硬盘正在损坏。',
    remedies: [
      { text: '查看它是否在增长', command: commands.askDrive(`/dev/${disk}`) },
      { text: '让硬盘自检', command: commands.testDrive(`/dev/${disk}`) },
    ],
  }),
  'storage.health-not-read': ({ disks }) => ({
    title: `未读取 ${disks.join('、')} 的健康状况：没有安装可用于询问的程序`,
    why: '硬盘会记录自身的错误和磨损，这是故障最早的迹象。内核日志仍已检查。',
    remedies: [{ text: '安装 smartctl', command: commands.installSmartctl }],
  }),
  'storage.slow-reads': ({ disk, averageMs, thresholdMs, readsPerSecond, mibPerSecond }) => ({
    title: `从 ${disk} 读取平均每次需要 ${averageMs} 毫秒，上限为 ${thresholdMs} 毫秒`,
    why: `当时每秒读取 ${readsPerSecond} 次，速度为 ${mibPerSecond} MiB/s。硬盘的负荷超出其能力，或正在损坏；副本加载缓慢。`,
    remedies: [
      { text: '查看谁读取得最多', command: commands.whoReads },
      { text: askTheDrive, command: commands.askDrive(`/dev/${disk}`) },
    ],
  }),
}
