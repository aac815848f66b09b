import type { EngineEvents } from '../../catalogue/engine.ts'
import type { RoomWords } from '../../catalogue/room.ts'

export const engineEvents: RoomWords<never, Record<never, never>, Record<never, never>, EngineEvents>['events'] = {
  'engine.cuda-oom': ({ replica, engine, phase, triedMiB, freeMiB }) =>
    `副本 ${replica} 的 ${engine} 显存不足（${phase}）${triedMiB === 0 ? '' : `：申请 ${triedMiB} MiB，剩余 ${freeMiB} MiB`}`,
  'engine.cuda-error': ({ replica, error }) => `副本 ${replica} 发生 CUDA 错误：${error}`,
  'engine.nccl-error': ({ replica, error }) => `副本 ${replica} 发生 NCCL 错误：${error}`,
  'engine.nccl-timeout': ({ replica, collective, timeoutMs }) =>
    `副本 ${replica} 等待其他 rank 未果${collective === '' ? '' : `（${collective}）`}${timeoutMs === 0 ? '' : `，已等待 ${Math.round(timeoutMs / 1000)} 秒`}`,
  'engine.adjusted': ({ replica, flag, from, to }) =>
    `副本 ${replica} 启动参数 ${flag} 由${from === '' ? '引擎默认值' : ` ${from} `}改为 ${to}`,
  'container.exit': ({ replica, exitCode, oomKilled }) =>
    `副本 ${replica} 的引擎已退出${exitCode < 0 ? '' : `，退出码 ${exitCode}`}${oomKilled ? '，因内存不足被终止' : ''}`,
  'container.gpu-lost': ({ replica }) => `副本 ${replica} 的容器失去了对 GPU 的访问`,
  'tuning.drift': ({ key, expected, found }) => `${key} 为 ${found}，调优配置要求 ${expected}`,
}
