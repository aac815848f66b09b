import type { GpuHolder, GpuHolders, GpuReading } from '../runtime/gpu-holders.ts'
import type { NvidiaSmi } from './nvidia-smi.ts'

/**
 * Who holds the GPUs, from two questions asked after the call: which GPUs there are and which processes compute on them. Unless
 * both are answered the reading is unknown, and nothing may be started on it.
 */
export const gpuHolders = (nvidiaSmi: NvidiaSmi): GpuHolders => ({
  holders: async (signal): Promise<GpuReading> => {
    const gpus = await nvidiaSmi.usage(signal)
    if (gpus.state === 'absent') return { kind: 'known', gpus: new Map() }
    if (gpus.state === 'failed') return { kind: 'unknown', reason: gpus.detail }
    const apps = await nvidiaSmi.computeApps(signal)
    if (apps.state !== 'ok') return { kind: 'unknown', reason: apps.detail }

    const held = new Map<string, GpuHolder[]>()
    for (const { gpu } of gpus.value) {
      if (gpu.uuid === undefined)
        return { kind: 'unknown', reason: `GPU ${gpu.index} does not tell its UUID: ${gpu.faults.join(', ') || 'absent'}` }
      held.set(gpu.uuid, [])
    }
    for (const app of apps.value) {
      // With MIG the driver may give the UUID of the instance; such a process is counted by whoever asks for that instance.
      const holders = app.gpuUuid === undefined ? undefined : (held.get(app.gpuUuid) ?? held.set(app.gpuUuid, []).get(app.gpuUuid))
      if (!holders) return { kind: 'unknown', reason: `process ${app.pid} computes on a GPU that nvidia-smi does not name` }
      holders.push({ pid: app.pid, name: app.name ?? '', kind: 'compute' })
    }
    return { kind: 'known', gpus: held }
  },
})
