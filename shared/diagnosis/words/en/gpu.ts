import type { GpuCauses, GpuEvents, GpuFindings, gpuChecks } from '../../catalogue/gpu.ts'
import type { RoomWords } from '../../catalogue/room.ts'
import { kernelEvents } from './kernel.ts'

export const gpu: RoomWords<(typeof gpuChecks)[number], GpuFindings, GpuCauses, GpuEvents> = {
  checks: {},
  findings: {},
  causes: {},
  events: {
    ...kernelEvents,
    'gpu.lost': ({ uuid, bus }) => `The GPU at ${bus} (${uuid}) is gone`,
  },
}
