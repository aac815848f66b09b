import { describeSize } from '../../../units/size.ts'
import type { MachineFindings } from '../../catalogue/host.ts'
import type { RoomWords } from '../../catalogue/room.ts'
import { hostCommands as commands } from '../commands/host.ts'

export const machineFindings: RoomWords<never, MachineFindings, Record<never, never>, Record<never, never>>['findings'] = {
  'host.memory-low': ({ availableMiB, totalMiB, thresholdPercent }) => ({
    title: `${describeSize(totalMiB)} 内存只剩 ${describeSize(availableMiB)} 可用，至少应有 ${thresholdPercent}%`,
    why: '内核很快就要终止某个进程才能继续，而它会选最大的那个：推理引擎。',
    remedies: [
      { text: '查看内存被谁占用', command: commands.mostMemory },
      { text: '给各副本设置自己的上限，避免一个副本占掉其余内存：resources.memory', command: '' },
    ],
  }),
  'host.memory-pressure': ({ percent, thresholdPercent }) => ({
    title: `最近五分钟内有 ${percent}% 的时间，所有工作都因内存不足而停顿`,
    why: `超过 ${thresholdPercent}% 时请求会变慢：内核在回收内存，或重新从硬盘读取被迫丢弃的内容。`,
    remedies: [
      { text: '查看内存被谁占用', command: commands.mostMemory },
      { text: '查看哪些内容被换出', command: commands.mostSwapped },
    ],
  }),
  'host.swap-in-use': ({ usedMiB, swapMiB }) => ({
    title: `${describeSize(swapMiB)} 交换分区已使用 ${describeSize(usedMiB)}，均不属于副本`,
    why: '被换出的是其他程序。内存再紧张时，就轮到副本了。',
    remedies: [
      { text: '查看属于谁', command: commands.mostSwapped },
      { text: '让内核少做交换', command: commands.lessSwap },
    ],
  }),
  'host.cpu-pressure': ({ percent, thresholdPercent, load, processors }) => ({
    title: `最近五分钟内有 ${percent}% 的时间有工作在等待处理器（${processors} 个处理器，负载 ${load}）`,
    why: `超过 ${thresholdPercent}% 且工作多于处理器时，推理引擎来不及给 GPU 供数，token 产出变慢。`,
    remedies: [{ text: '查看处理器被谁占用', command: commands.mostProcessor }],
  }),
  'host.clock-unsynchronised': ({ told, service }) => ({
    title: '该主机的时钟没有在校准',
    why: `${told} 显示未同步${service === '' ? '' : `，尽管 ${service} 正在运行`}。时钟偏离会使证书失效，也会打乱多台主机事件的先后顺序。`,
    remedies: [
      { text: '查看该服务的状态', command: commands.clockState },
      { text: '开启时间同步', command: commands.synchronise },
      { text: '若没有安装任何服务', command: commands.installTimesync },
    ],
  }),
  'host.clock-unknown': () => ({
    title: '无法检查：该主机上没有程序能说明时钟是否准确',
    why: 'timedatectl 和 chronyc 都没有回答。在虚拟机中，时钟可能由虚拟化平台校准而不作说明。',
    remedies: [{ text: '安装一个既能校准时钟又能说明状态的服务', command: commands.installChrony }],
  }),
  'host.kernel-broken': ({ flags }) => ({
    title: `内核自启动以来遇到过故障：${flags.join('、')}`,
    why: '它仍在运行，但其中一部分可能已停止或损坏。在重新启动之前，该主机上发生的一切都不可信。',
    remedies: [
      { text: '查看并保存发生了什么', command: commands.kernelFaults },
      { text: '移走副本之后重新启动', command: commands.reboot },
    ],
  }),
  'host.kernel-warned': () => ({
    title: '内核自启动以来打印过警告',
    why: '发生了内核作者没有预料到的情况。正常主机上的驱动程序也会如此，只有与其他故障同时出现时才值得注意。',
    remedies: [{ text: '查看内容', command: commands.kernelWarnings }],
  }),
  'host.hung-tasks': ({ processes, count }) => ({
    title: `有进程卡在内核中，共 ${count} 次：${processes.join('、')}`,
    why: '它们为等待驱动、硬盘或网络文件系统停了数分钟，而且无法被终止。',
    remedies: [
      { text: '查看它们在等什么', command: commands.blockedTasks },
      { text: '若原因是 GPU 驱动或已消失的硬盘，只有重启才能恢复', command: commands.reboot },
    ],
  }),
  'host.machine-checks': ({ count }) => ({
    title: `处理器报告了 ${count} 次硬件错误`,
    why: '内存、处理器或其链路出了错。已纠正的错误会发展成故障。',
    remedies: [
      { text: '查看是哪个部件', command: commands.machineChecks },
      { text: '按内存条持续记录', command: commands.installRasdaemon },
    ],
  }),
  'host.process-stuck': ({ process, pid, waitsIn, replica }) => ({
    title: `${replica === '' ? '' : `副本 ${replica} 的`}进程 ${process}（pid ${pid}）卡在内核中`,
    why: `它${waitsIn === '' ? '' : `在 ${waitsIn} 处`}等待，两次查看之间没有运行过，连 SIGKILL 也无法终止它。多半是驱动、硬盘或网络文件系统没有响应。`,
    remedies: [
      { text: '查看它在哪里等待', command: commands.kernelStack(pid) },
      { text: '若它等待的对象无法恢复，移走副本之后重新启动主机', command: commands.reboot },
    ],
  }),
  'host.runtime-unusable': ({ runtime, problem, replicas }) => ({
    title: `无法用 ${runtime} 运行副本：${problem}`,
    why: replicas.length === 0 ? '目前该主机上没有副本需要它。' : `${replicas.join('、')} 无法启动、停止或查看。`,
    remedies: [
      { text: '查看原因', command: commands.runtimeState(runtime) },
      { text: '重新启动它', command: commands.restartRuntime(runtime) },
    ],
  }),
  'host.reboot-required': ({ packages }) => ({
    title: `有更新在等待重启${packages.length === 0 ? '' : `：${packages.join('、')}`}`,
    why: '正在运行的版本比已安装的旧。换了内核或驱动之后，版本不匹配就是这样产生的。',
    remedies: [{ text: '移走副本之后重新启动', command: commands.reboot }],
  }),
}
