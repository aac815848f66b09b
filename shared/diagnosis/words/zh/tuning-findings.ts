import type { TuningFindings } from '../../catalogue/host.ts'
import type { RoomWords } from '../../catalogue/room.ts'
import { hostCommands as commands } from '../commands/host.ts'

const atBoot = (file: string, value: string) => (file === '' ? '没有文件为下次启动设置它。' : `下次启动时 ${file} 会把它设为 ${value}。`)

export const tuningFindings: RoomWords<never, TuningFindings, Record<never, never>, Record<never, never>>['findings'] = {
  'host.no-profile': () => ({
    title: '该主机没有指定调优配置',
    why: 'Linux 的默认值面向通用场景：繁忙的服务会丢弃连接，权重会被换出。目前未发现故障。',
    remedies: [{ text: '查看某个调优配置会改动什么，不做任何改动', command: commands.tunePlan }],
  }),
  'host.setting-differs': ({ key, wanted, live, profile, file, fileValue, by }) => ({
    title: `${key} 为 ${live || '未设置'}，而调优配置 ${profile} 要求 ${wanted}`,
    why: by === '' ? `有人或某个程序改动了它。${atBoot(file, fileValue)}` : `${by} 也管理该设置，并会再次改回。${atBoot(file, fileValue)}`,
    remedies: [
      { text: '查看由谁设置', command: commands.whoSets(key) },
      ...(by === 'tuned' ? [{ text: '若要以调优配置为准，停用 tuned', command: commands.tunedOff }] : []),
      { text: '重新应用调优配置', command: commands.tuneApply },
    ],
  }),
  'host.setting-overridden': ({ key, wanted, file, fileValue, profile }) =>
    file === ''
      ? {
          title: `${key} 目前符合要求，但没有文件为下次启动设置它`,
          why: `调优配置 ${profile} 要求 ${wanted}。重启之后，在重新应用调优配置之前，主机用的是内核默认值。`,
          remedies: [{ text: '重新应用调优配置，把它写入文件', command: commands.tuneApply }],
        }
      : {
          title: `${key} 目前符合要求，但下次启动时 ${file} 会把它设为 ${fileValue}`,
          why: `调优配置 ${profile} 要求 ${wanted}。这些文件按名称顺序读取，后读的生效：${file} 排在 Hostler 的文件之后。`,
          remedies: [
            { text: '按启动时的顺序查看全部文件', command: commands.bootOrder(key) },
            { text: '从该文件中去掉这一行，再重新应用调优配置', command: commands.whoSets(key) },
          ],
        },
  'host.setting-pending': ({ key, wanted, live }) => ({
    title: `容器引擎重新启动后，其 ${key} 将变为 ${wanted}；目前为 ${live || '未设置'}`,
    why: '服务的上限从其下次启动起生效。Hostler 不会自行重启容器引擎：没有 live-restore 时，这会终止所有容器。',
    remedies: [
      { text: '查看重启时容器能否保留（true 为能）', command: commands.liveRestore },
      { text: '移走副本之后，或在开启 live-restore 时，重新启动它', command: commands.restartRuntime('docker') },
    ],
  }),
  'host.setting-not-in-containers': ({ key, wanted, values, replicas }) => ({
    title: `${key} 在 ${replicas.join('、')} 内为 ${[...new Set(values)].join('、')}，要求 ${wanted}`,
    why: '这些容器有自己的网络命名空间，主机上的值在其中不起作用，推理引擎用的是内核默认值。',
    remedies: [{ text: '像 Hostler 那样使用主机网络，或把该设置传给容器', command: commands.dockerSysctl(key, wanted) }],
  }),
  'host.setting-advice': ({ key, wanted, live, reason }) => ({
    title: `${key} 为 ${live || '未设置'}，建议为 ${wanted}`,
    why: reason,
    remedies: [{ text: '查看调优配置的全部建议', command: commands.tuneStatus }],
  }),
  'host.tuning-conflict': ({ with: owner, keys, message, remedy }) => ({
    title: `${owner} 与调优配置设置了相同的项：${keys.join('、')}`,
    why: `${message}。Hostler 不会与其争夺设置。`,
    remedies: [
      { text: remedy || '决定由谁管理这些设置', command: owner === 'tuned' ? commands.tunedActive : commands.whoSets(keys[0] ?? '') },
      ...(owner === 'tuned' ? [{ text: '若要以调优配置为准，停用 tuned', command: commands.tunedOff }] : []),
    ],
  }),
  'host.tuning-failed': ({ profile, message }) => ({
    title: `调优配置 ${profile} 未能应用，已开始的改动均已撤销`,
    why: message,
    remedies: [
      { text: '查看每项设置及其原因', command: commands.tuneStatus },
      { text: '再试一次', command: commands.tuneApply },
    ],
  }),
  'host.backlog-below-limit': ({ replica, port, backlog, somaxconn, waiting }) => ({
    title: `副本 ${replica} 在端口 ${port} 上只允许 ${backlog} 个连接等待，而主机允许 ${somaxconn} 个`,
    why:
      'net.core.somaxconn 只是上限：推理引擎在监听时自己指定队列长度，而它指定得更小。' +
      `目前有 ${waiting} 个连接在等待。vLLM 和 SGLang 使用的 uvicorn 默认为 2048。`,
    remedies: [
      { text: '观察队列（Recv-Q 为等待数，Send-Q 为上限）', command: commands.listener(port) },
      { text: '若队列会排满，用推理引擎的选项调大 backlog，或增加副本', command: '' },
    ],
  }),
  'host.fast-open-unused': ({ value }) => ({
    title: `TCP Fast Open 已开启（net.ipv4.tcp_fastopen = ${value}），但没有程序使用`,
    why: '开机以来没有任何连接在首个数据包中携带数据。服务端必须在其套接字上请求该功能，客户端也一样，而推理引擎不会请求。',
    remedies: [
      { text: '查看计数器', command: commands.fastOpenCounters },
      { text: '为所有监听端口开启，不论其是否请求', command: commands.fastOpenEverywhere(value) },
    ],
  }),
}
