import type { OomCauses, OomEvents, OomFindings, oomChecks } from '../../catalogue/oom.ts'
import type { Remedy, RoomWords } from '../../catalogue/room.ts'
import { engineEvents } from './engine.ts'

const phases: Readonly<Record<string, string>> = {
  load: '加载权重时',
  'graph-capture': '预热和捕获计算图时',
  'kv-cache': '建立 KV 缓存时',
  run: '运行中',
}

const gib = (mib: number): string => (mib < 1_024 ? `${Math.round(mib)} MiB` : `${(mib / 1_024).toFixed(1)} GiB`)
const step = (name: string, from: string, to: string): string => `${name} ${to}（当前为${from === '' ? '引擎默认值' : ` ${from}`}）`
const stepsOf = (names: readonly string[], from: readonly string[], to: readonly string[]): string =>
  names.map((name, at) => step(name, from[at] ?? '', to[at] ?? '')).join('、')

const oomRemedies = (params: OomFindings['oom.gpu-memory']): Remedy[] => {
  const { remedy, names, from, to, missingMiB, adjusted, deployment } = params
  const apply = `hostler deploy -f ${deployment}.yaml`
  if (remedy === 'change' && adjusted) return [{ text: `agent 已设置 ${stepsOf(names, from, to)}；写入部署配置即可保留`, command: apply }]
  if (remedy === 'change')
    return [{ text: `在引擎参数中设置 ${stepsOf(names, from, to)}，或设置 onOOM: adjust 由 agent 自动调整`, command: apply }]
  if (remedy === 'weights')
    return [
      { text: `分配更多 GPU（parallelism.tensor）${missingMiB > 0 ? `：每块至少还缺 ${gib(missingMiB)}` : ''}`, command: apply },
      { text: '或改用模型的量化版本', command: apply },
    ]
  if (remedy === 'foreign')
    return [
      {
        text: '停止或限制占用该 GPU 的其他程序；本部署无需更改',
        command: 'nvidia-smi --query-compute-apps=gpu_uuid,pid,used_memory,process_name --format=csv',
      },
    ]
  return [{ text: '已没有更小的设置可试：请分配更多 GPU，或改用量化或更小的模型', command: apply }]
}

export const oom: RoomWords<(typeof oomChecks)[number], OomFindings, OomCauses, OomEvents> = {
  checks: {
    'oom.gpu-memory': '显存不足的引擎（据其自身日志）',
    'oom.host-memory': '因内存不足被内核终止的引擎',
    'oom.memory-limits': '接近内存上限的副本',
    'oom.nccl': 'NCCL 未能获得的共享内存与锁定内存',
  },
  findings: {
    'oom.gpu-memory': (params) => ({
      title: `${params.replica} ${phases[params.phase] ?? ''}显存不足${params.triedMiB < 0 ? '' : `：申请 ${gib(params.triedMiB)}${params.freeMiB < 0 ? '' : `，剩余 ${gib(params.freeMiB)}`}`}`,
      why: `${params.engine === '' ? '引擎' : params.engine} 的日志如此报告${params.capacityMiB < 0 ? '' : `；该 GPU 共 ${gib(params.capacityMiB)}`}${params.times > 1 ? `。共发生 ${params.times} 次` : ''}。在解决之前，请求由其他副本处理或等待。`,
      remedies: oomRemedies(params),
    }),
    'oom.foreign-holder': ({ replica, pid, process, container, usedMiB }) => ({
      title: `${process}（pid ${pid}${container === '' ? '' : `，容器 ${container}`}）占用了 ${replica} 所用 GPU 的 ${gib(usedMiB)}`,
      why: '它不属于本系统；没有它，副本的显存本来足够。副本无需任何更改。',
      remedies: [
        { text: '查看该进程', command: `ps -o pid,user,etime,args -p ${pid}` },
        { text: '停止它，或为它另分配 GPU', command: container === '' ? `kill ${pid}` : `docker stop ${container}` },
      ],
    }),
    'oom.unrecognised': ({ replica, line }) => ({
      title: `${replica} 输出了一行疑似内存不足但无法识别的日志`,
      why: `没有匹配的模式，因此无法判断阶段与对策：${line}`,
      remedies: [{ text: '查看其上下文', command: `hostler logs ${replica} --tail 200` }],
    }),
    'oom.host-kill': ({ replica, container, process, scope, limitMiB, anonMiB, times }) => ({
      title: `内核终止了 ${replica === '' ? container || '本机' : replica} 的${process === '' ? '引擎' : ` ${process}`}${times > 1 ? `，共 ${times} 次` : ''}：${scope === 'host' ? '主机内存耗尽' : `达到内存上限${limitMiB > 0 ? ` ${gib(limitMiB)}` : ''}`}`,
      why: `${anonMiB > 0 ? `当时自身占用 ${gib(anonMiB)}。` : ''}这是主机内存而非显存。处理中的请求全部丢失。`,
      remedies:
        scope === 'host'
          ? [
              { text: '查看内存被谁占用', command: 'ps -eo pid,rss,args --sort=-rss | head' },
              { text: '为副本设置上限（resources.memory.limit），避免相互拖垮', command: `hostler describe replica ${replica}` },
            ]
          : [{ text: '提高部署的 resources.memory.limit', command: `hostler describe replica ${replica}` }],
    }),
    'oom.killed-otherwise': ({ replica, exitCode }) => ({
      title: `${replica} 被强制终止（退出码 ${exitCode}），但没有证据表明是内存不足`,
      why: '内核、cgroup 和容器引擎都没有说明原因是内存：可能是人为、监督程序或健康检查所为。',
      remedies: [{ text: '查看其最后的日志', command: `hostler logs ${replica} --tail 100` }],
    }),
    'oom.limit-near': ({ replica, usedMiB, limitMiB, percent }) => ({
      title: `${replica} 已使用内存上限的 ${percent}%（${gib(usedMiB)} / ${gib(limitMiB)}）`,
      why: '可回收的部分（如文件缓存）未计入。达到上限时内核会终止它。',
      remedies: [{ text: '提高部署的 resources.memory.limit', command: `hostler describe replica ${replica}` }],
    }),
    'oom.adjusted': ({ replica, names, from, to, held }) => ({
      title: `${replica} 显存不足后以 ${names.map((name, at) => `${name} ${to[at]}（原为${from[at] === '' ? '引擎默认值' : ` ${from[at]}`}）`).join('、')} 运行`,
      why: held ? '此后一直处于就绪状态。' : '尚不能确定是否稳定。',
      remedies: [{ text: '写入部署配置，使新副本也以此启动', command: `hostler describe replica ${replica}` }],
    }),
    'oom.nccl-memory': ({ replica, cause, shmMiB }) => ({
      title: `${replica} 的 NCCL 未能获得${cause === 'memlock' ? '锁定内存' : '共享内存'}`,
      why:
        cause === 'memlock'
          ? '锁定内存上限过低，RDMA 会失败或退回 TCP。'
          : `/dev/shm${shmMiB > 0 ? `（${shmMiB} MiB）` : ''}已满。一个副本使用多块 GPU 时需要较大的共享内存。`,
      remedies:
        cause === 'memlock'
          ? [{ text: '设置 memlock: require，并提高容器引擎的上限', command: 'systemctl edit docker' }]
          : [{ text: '提高部署的 resources.shm', command: `hostler describe replica ${replica}` }],
    }),
  },
  causes: {
    'oom.no-kernel-kill': ({ replica }) => `内核没有终止 ${replica} 的任何进程`,
    'oom.no-gpu-oom': ({ replica }) => `${replica} 的日志没有显存不足的记录`,
    'oom.no-foreign-holder': ({ gpuUuid }) => `没有外部进程占用 GPU ${gpuUuid}`,
  },
  events: engineEvents,
}
