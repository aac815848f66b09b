import type { EngineEvents } from '../../catalogue/engine.ts'
import type { RoomWords } from '../../catalogue/room.ts'

export const engineEvents: RoomWords<never, Record<never, never>, Record<never, never>, EngineEvents>['events'] = {
  'engine.cuda-oom': ({ replica, engine, phase, triedMiB, freeMiB }) =>
    `${engine} of replica ${replica} ran out of GPU memory (${phase})${triedMiB === 0 ? '' : `: it asked for ${triedMiB} MiB, ${freeMiB} MiB were free`}`,
  'engine.cuda-error': ({ replica, error }) => `CUDA failed in replica ${replica}: ${error}`,
  'engine.nccl-error': ({ replica, error }) => `NCCL failed in replica ${replica}: ${error}`,
  'engine.nccl-timeout': ({ replica, collective, timeoutMs }) =>
    `Replica ${replica} waited for other ranks in vain${collective === '' ? '' : ` (${collective})`}${timeoutMs === 0 ? '' : `, for ${Math.round(timeoutMs / 1000)} s`}`,
  'engine.adjusted': ({ replica, flag, from, to }) =>
    `Replica ${replica} starts with ${flag} ${to} in place of ${from === '' ? "the engine's default" : from}`,
  'container.exit': ({ replica, exitCode, oomKilled }) =>
    `The engine of replica ${replica} ended${exitCode < 0 ? '' : ` with exit code ${exitCode}`}${oomKilled ? ', killed for memory' : ''}`,
  'container.gpu-lost': ({ replica }) => `The container of replica ${replica} lost its access to the GPU`,
  'tuning.drift': ({ key, expected, found }) => `${key} is ${found}; the tuning profile says ${expected}`,
}
