import { describeSize } from '../../../units/size.ts'
import type { ReplicaFindings } from '../../catalogue/host.ts'
import type { RoomWords } from '../../catalogue/room.ts'
import { hostCommands as commands } from '../commands/host.ts'

export const replicaFindings: RoomWords<never, ReplicaFindings, Record<never, never>, Record<never, never>>['findings'] = {
  'host.memlock-limited': ({ replica, limitKiB, gpus, rdma, asked, runtime }) => ({
    title: `副本 ${replica} 只能锁定 ${describeSize(limitKiB / 1024)} 内存，而不是不限量`,
    why:
      `${rdma ? '该主机有 RDMA，NCCL 要向网卡注册内存' : gpus > 1 ? `它运行在 ${gpus} 块 GPU 上，NCCL 要注册内存` : '注册内存'}` +
      `，超过上限就会失败（Cannot allocate memory）。${asked ? '其规格要求不限量，但未能满足。' : ''}`,
    remedies: [
      { text: '解除启动它的服务的上限，这会重启该服务', command: commands.raiseLimit(runtime, 'LimitMEMLOCK=infinity') },
      { text: '在部署中要求它，使不满足时启动失败并说明原因：memlock: require', command: '' },
      ...(runtime === 'docker' ? [{ text: '手动运行容器时', command: commands.dockerMemlock }] : []),
    ],
  }),
  'host.open-files': ({ replica, open, limit, runtime }) => ({
    title: `副本 ${replica} 已打开 ${open} 个文件，上限为 ${limit}`,
    why: '每个连接都是一个打开的文件。达到上限后，新连接会以“Too many open files”被拒绝，已有连接不受影响。',
    remedies: [{ text: '解除启动它的服务的上限，这会重启该服务', command: commands.raiseLimit(runtime, 'LimitNOFILE=1048576') }],
  }),
  'host.shm-small': ({ replica, sizeMiB, gpus, askedMiB }) => ({
    title: `副本 ${replica} 运行在 ${gpus} 块 GPU 上，/dev/shm 只有 ${describeSize(sizeMiB)}`,
    why:
      '同一副本的各进程通过它交换数据，写满后 NCCL 会报“Error while creating shared memory segment”。' +
      `${askedMiB === 0 ? '其规格把大小交给容器引擎决定，默认为 64 MiB。' : `其规格要求 ${describeSize(askedMiB)}。`}`,
    remedies: [
      { text: '在部署中要求更大的值：resources.shm: 16Gi。tmpfs 只占用其中实际存放的内容', command: '' },
      { text: '手动运行容器时', command: commands.dockerShm },
    ],
  }),
  'host.replica-swapped': ({ replica, swappedMiB }) => ({
    title: `副本 ${replica} 有 ${describeSize(swappedMiB)} 被换出到交换分区`,
    why: '每个触及这部分内存的请求都要等硬盘。发生交换的推理引擎，比减少并发序列的引擎更慢。',
    remedies: [
      { text: '查看内存被谁占用', command: commands.mostMemory },
      { text: '在可用内存充足时，把它们全部换回', command: commands.swapOff },
      { text: '让内核少做交换', command: commands.lessSwap },
    ],
  }),
  'host.cpu-throttled': ({ replica, percent, thresholdPercent }) => ({
    title: `副本 ${replica} 在 ${percent}% 的周期内被处理器配额限流`,
    why: `超过 ${thresholdPercent}% 就会体现在首个 token 的耗时上：引擎靠处理器给 GPU 供数，被限流时要停到下一个周期。`,
    remedies: [
      { text: '查看其配额', command: commands.cpuLimit(replica) },
      { text: '在设置配额的地方取消或调大', command: '' },
    ],
  }),
}
