import type { Inventory } from '../../shared/fleet/inventory.ts'

/** Of a host that has nothing. */
export const emptyInventory: Inventory = {
  hostname: 'h',
  machineId: '',
  os: '',
  kernel: '',
  architecture: '',
  cpuModel: '',
  cpuSockets: 1,
  cpuCores: 1,
  memoryMiB: 1,
  disks: [],
  nics: [],
  gpus: [],
  gpuLinks: [],
  runtimes: [],
  gpuProblem: '',
  driverVersion: '',
  cudaVersion: '',
}
