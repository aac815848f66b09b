import { describeSize } from '../../../units/size.ts'
import type { RoomWords } from '../../catalogue/room.ts'
import type { StorageFindings } from '../../catalogue/storage.ts'
import { storageCommands as commands } from '../commands/storage.ts'
import { diskFindings } from './disk-findings.ts'

const mountOption = {
  sync: (mountPoint: string) => ({
    title: `${mountPoint} 以 sync 方式挂载：每次写入都要等硬盘完成`,
    why: '下载模型会慢很多倍。该选项是为可随时拔出的介质准备的。',
    remedies: [
      { text: '立即取消', command: commands.remount('async', mountPoint) },
      { text: '从 /etc/fstab 中去掉', command: commands.inFstab(mountPoint) },
    ],
  }),
  strictatime: (mountPoint: string) => ({
    title: `${mountPoint} 以 strictatime 方式挂载：每次读取都会产生写入`,
    why: '每次读取的时间都会被保存，而模型主机并不需要它。',
    remedies: [
      { text: '立即取消', command: commands.remount('noatime', mountPoint) },
      { text: '在 /etc/fstab 中加上 noatime', command: commands.inFstab(mountPoint) },
    ],
  }),
  discard: (mountPoint: string) => ({
    title: `${mountPoint} 以 discard 方式挂载：删除模型会阻塞读取`,
    why: '每次删除都要等硬盘释放这些块。每周执行一次 fstrim 效果相同，却不会让谁等待。',
    remedies: [
      { text: '改为每周执行 fstrim', command: commands.trimWeekly },
      { text: '立即取消', command: commands.remount('nodiscard', mountPoint) },
      { text: '从 /etc/fstab 中去掉', command: commands.inFstab(mountPoint) },
    ],
  }),
}

export const storageFindings: RoomWords<never, StorageFindings, Record<never, never>, Record<never, never>>['findings'] = {
  ...diskFindings,
  'storage.no-model-path': () => ({
    title: '该主机上没有已知的模型路径，因此未检查模型的存储',
    why: '设置项 modelDir 和各个副本都没有指明存放模型的目录。',
    remedies: [{ text: '在 agent 的配置中指明该目录', command: commands.modelSetting }],
  }),
  'storage.path-missing': ({ path, resolvedPath }) => ({
    title: `模型路径 ${path} 不存在`,
    why: `它指向 ${resolvedPath}，而那里什么都没有：可能是硬盘没有挂载、符号链接的目标已不存在，或模型尚未下载。`,
    remedies: [
      { text: '查看路径断在哪里', command: commands.wherePathBreaks(path) },
      { text: '挂载 /etc/fstab 中列出的文件系统', command: commands.mountAll },
    ],
  }),
  'storage.path-hangs': ({ path, mountPoint, type, deadlineMs }) => ({
    title: `模型路径 ${path} 在 ${deadlineMs / 1000} 秒内没有响应`,
    why: `${mountPoint}（${type}）挂起了，网络文件系统的服务器失联时就是这样。读取它的推理引擎也会挂起，而且无法被终止。`,
    remedies: [
      { text: '查看哪些进程在等它', command: commands.waitingProcesses },
      { text: '恢复其服务器；若无法恢复，则放弃该挂载并重新挂载', command: commands.letGoAndMount(mountPoint) },
    ],
  }),
  'storage.path-unreadable': ({ path, mountPoint, source, type, message }) => ({
    title: `内核拒绝读取 ${path} 所在的 ${mountPoint}`,
    why: `该文件系统（${source} 上的 ${type}）已关闭，或其设备已消失：${message}。正在运行的副本保有已读取的内容，但没有副本能再启动。`,
    remedies: [
      { text: '查看原因', command: commands.lastKernelLines },
      { text: '确认没有程序在使用它之后重新挂载，日志会被重放', command: commands.mountAgain(source, mountPoint) },
      ...(type === 'xfs' ? [{ text: '若仍失败则修复；不要使用会丢弃日志的 -L', command: commands.repairXfs(source) }] : []),
    ],
  }),
  'storage.not-xfs': ({ resolvedPath, type }) => ({
    title: `${resolvedPath} 中的模型位于 ${type} 上，建议使用 XFS`,
    why:
      '权重是少量的超大文件，由多个进程同时从头读到尾。XFS 把它们保存在很长的连续区段中，多个读取者同时读一个文件也不必争用同一把锁。' +
      `目前没有故障，${type} 可以正常使用。迁移需要一块空硬盘并复制全部模型，宜在下次重装时进行。Hostler 从不格式化任何设备。`,
    remedies: [
      { text: '查看现状', command: commands.showMount(resolvedPath) },
      {
        text: '准备一块新的空硬盘（用其名称替换 NEW_DISK，其上内容会丢失），并确认没有副本在运行',
        command: commands.toNewXfs(resolvedPath),
      },
    ],
  }),
  'storage.network-filesystem': ({ resolvedPath, type, source }) => ({
    title: `${resolvedPath} 中的模型来自网络（${source} 上的 ${type}）`,
    why: '副本每次启动都要从另一台机器读取权重：耗时取决于网络和服务器，多个副本同时启动时共享带宽，服务器故障时全部挂起。放在本地 XFS 硬盘上的副本没有这些问题。',
    remedies: [
      { text: '查看首次读取能达到的速度', command: commands.readOnce(resolvedPath) },
      { text: '在本地硬盘上保留一份', command: commands.copyToDisk(resolvedPath) },
    ],
  }),
  'storage.memory-filesystem': ({ resolvedPath, type, sizeMiB }) => ({
    title: `${resolvedPath} 中的模型位于内存里（${type}，最多 ${describeSize(sizeMiB)}）`,
    why: '它们占用推理引擎所需的内存，重启后就会消失。页缓存可以把硬盘上的文件留在内存里，而没有这两个缺点。',
    remedies: [{ text: '移到硬盘上', command: commands.copyToDisk(resolvedPath) }],
  }),
  'storage.layered-filesystem': ({ resolvedPath, type }) => ({
    title: `${resolvedPath} 中的模型位于容器自己的层中（${type}）`,
    why: '它们会随容器一起消失。要么 agent 运行在没有为模型挂载卷的容器里，要么该路径通向这样的容器。',
    remedies: [{ text: '查看它由什么承载，并为该路径给容器挂载卷', command: commands.showMount(resolvedPath) }],
  }),
  'storage.space-low': ({ mountPoint, freePercent, freeMiB, thresholdPercent }) => ({
    title: `${mountPoint} 只剩 ${freePercent}% 的空间（${describeSize(freeMiB)}），要求不低于 ${thresholdPercent}%`,
    why: '写满之后，模型和镜像的下载会失败，日志也会失败；在此之前文件系统就会变慢。',
    remedies: [
      { text: '查看空间被什么占用', command: commands.whatTakesSpace(mountPoint) },
      { text: '查看容器引擎保留了什么', command: commands.engineSpace },
      { text: '删除没有容器使用的镜像', command: commands.pruneImages },
    ],
  }),
  'storage.inodes-low': ({ mountPoint, freePercent, freeInodes, thresholdPercent }) => ({
    title: `${mountPoint} 只剩 ${freePercent}% 的 inode（${freeInodes} 个），要求不低于 ${thresholdPercent}%`,
    why: '没有 inode 就无法新建文件，不论空间还剩多少。它们被大量的小文件用掉了。',
    remedies: [{ text: '查看文件都在哪里', command: commands.whereFilesAre(mountPoint) }],
  }),
  'storage.read-only': ({ mountPoint, type, source }) => ({
    title: `内核在出错后把 ${mountPoint} 改成了只读`,
    why: `${source} 上的 ${type} 发现自身损坏或无法写入，于是保护剩余的数据。新内容无法保存，硬盘可能正在损坏。`,
    remedies: [
      { text: '查看原因', command: commands.lastKernelLines },
      { text: '询问硬盘（smartctl 在软件包 smartmontools 中）', command: commands.askDrive(source) },
      { text: '确认没有程序在使用它之后，检查并重新挂载', command: commands.checkAndMount(type, source, mountPoint) },
    ],
  }),
  'storage.was-read-only': ({ device }) => ({
    title: `${device} 上的文件系统曾被内核改成只读`,
    why: '它现在又可写或已不再挂载，但导致内核这样做的原因可能再次出现。',
    remedies: [
      { text: '查看原因', command: commands.lastKernelLines },
      { text: '询问硬盘（smartctl 在软件包 smartmontools 中）', command: commands.askDrive(`/dev/${device}`) },
    ],
  }),
  'storage.mount-option': ({ mountPoint, option }) => mountOption[option](mountPoint),
  'storage.models-exceed-memory': ({ modelsMiB, memoryMiB }) => ({
    title: `该主机的模型（${describeSize(modelsMiB)}）超出内存所能缓存的量（${describeSize(memoryMiB)}）`,
    why: '副本重启时要再次从硬盘读取权重，因此重启与首次启动一样慢。没有故障。',
    remedies: [{ text: '查看开机以来各硬盘的读取量', command: commands.readSinceBoot }],
  }),
}
