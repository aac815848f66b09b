import type { GpuLink, Inventory } from '../../../shared/fleet/inventory.ts'
import type { GpuUsage, HostUsage } from '../../../shared/fleet/usage.ts'

export const gpusPerHost = 8
const boardMiB = 143_771

const uuidOf = (host: number, gpu: number): string =>
  `GPU-51a70000-0000-0000-${String(host).padStart(4, '0')}-${String(gpu).padStart(12, '0')}`

const linksOf = (uuids: readonly string[]): readonly GpuLink[] =>
  uuids.flatMap((aUuid, at) => uuids.slice(at + 1).map((bUuid) => ({ aUuid, bUuid, kind: 'NV18' })))

/** A host of eight GPUs that reach one another over NVLink, as a large fleet has them. */
export const inventoryOf = (host: number, name: string): Inventory => {
  const uuids = Array.from({ length: gpusPerHost }, (_, gpu) => uuidOf(host, gpu))
  return {
    hostname: name,
    machineId: `machine-${name}`,
    os: 'Ubuntu 24.04.2 LTS',
    kernel: '6.8.0-60-generic',
    architecture: 'x86_64',
    cpuModel: 'Intel(R) Xeon(R) Platinum 8468',
    cpuSockets: 2,
    cpuCores: 192,
    memoryMiB: 2_063_000,
    disks: [0, 1].map((disk) => ({ device: `nvme${disk}n1`, kind: 'nvme', sizeMiB: 3_662_830, model: 'SAMSUNG MZQL23T8HCLS' })),
    nics: [0, 1].map((nic) => ({
      name: `ens${nic}np0`,
      mac: `02:00:00:00:0${nic}:01`,
      speedMbps: 400_000,
      mtu: 9_000,
      addresses: [addressOf(host)],
      up: true,
    })),
    gpus: uuids.map((uuid, index) => ({
      uuid,
      index,
      model: 'NVIDIA H200',
      memoryMiB: boardMiB,
      pciBusId: `00000000:${index}B:00.0`,
      numaNode: index < 4 ? 0 : 1,
    })),
    gpuLinks: linksOf(uuids),
    modelFilesystem: { path: '/models', resolvedPath: '/models', type: 'xfs', sizeMiB: 3_662_830, freeMiB: 2_000_000, missing: false },
    runtimes: [{ name: 'docker', version: '28.1.1', problem: '', gpuRequests: true, memlockUnlimited: true, cdiDevices: [] }],
    gpuProblem: '',
    driverVersion: '580.159.04',
    cudaVersion: '13.0',
  }
}

/** An address that belongs to no machine: nothing is ever sent to it. */
export const addressOf = (host: number): string => `198.18.${host >> 8}.${host & 255}`

const processesOf = (pid: number, replicaId: string | undefined): GpuUsage['processes'] =>
  replicaId === undefined ? [] : [{ pid, name: 'VLLM::Worker', memoryMiB: boardMiB - 9_100, replicaId, foreign: false }]

/** What a busy host says of itself; the figures move from beat to beat, as they do on real ones. */
export const usageOf = ({ gpus }: Inventory, holders: ReadonlyMap<string, string>, beat: number): HostUsage => ({
  gpus: gpus.map(({ uuid, index }) => ({
    uuid,
    memoryUsedMiB: boardMiB - 9_000 + ((beat + index) % 64),
    utilizationPercent: 60 + ((beat * 7 + index) % 40),
    temperatureC: 50 + ((beat + index) % 20),
    powerW: 500 + ((beat * 13 + index) % 150),
    processes: processesOf(4_000 + index, holders.get(uuid)),
  })),
  memoryAvailableMiB: 1_500_000 - (beat % 1_000),
  load1m: 20 + (beat % 10),
  gpuAgeMs: 1_200,
  gpuProblem: '',
})
