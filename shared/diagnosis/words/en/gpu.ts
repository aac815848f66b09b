import type { GpuCauses, GpuEvents, GpuFindings, gpuChecks } from '../../catalogue/gpu.ts'
import type { RoomWords } from '../../catalogue/room.ts'
import { gpuFindings } from './gpu-findings.ts'
import { kernelEvents } from './kernel.ts'

export const gpu: RoomWords<(typeof gpuChecks)[number], GpuFindings, GpuCauses, GpuEvents> = {
  checks: {
    'gpu.count': 'GPUs on the PCI bus, in the driver, and expected here',
    'gpu.driver': 'Whether the driver answers, and fits its programs',
    'gpu.xid': 'Faults of GPUs and NVSwitches that the kernel logged',
    'gpu.recovery-action': 'Whether the driver asks for a reset or a reboot',
    'gpu.memory-health': 'Error correction, row remapping and retired pages',
    'gpu.throttling': 'Slowdowns for heat or power',
    'gpu.pcie': 'PCIe width, generation and replays',
    'gpu.nvlink': 'NVLinks that are down, and their errors',
    'gpu.foreign-holders': 'Processes on GPUs that are not ours',
    'gpu.container-access': 'Whether containers still see their GPUs',
    'gpu.persistence': 'Whether the driver keeps GPUs open',
  },
  findings: gpuFindings,
  causes: {
    'gpu.idle': ({ uuid }) => `the GPU ${uuid} was not idle`,
    'gpu.driver-answers': ({ version }) => `the driver ${version} answers`,
  },
  events: {
    ...kernelEvents,
    'gpu.lost': ({ uuid, bus }) => `The GPU at ${bus} (${uuid}) is gone`,
  },
}
