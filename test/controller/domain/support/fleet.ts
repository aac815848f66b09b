/** Plain data for the planners' tests: hosts, specs, deployments. */
import { defaultPlanSettings } from '../../../../controller/domain/fleet/settings.ts'
import type { Taint } from '../../../../controller/domain/hosts/taints.ts'
import type { Assignment, Deployment, FleetState, GatewayView, HostDrain, HostView, Revision } from '../../../../controller/domain/model.ts'
import { type DeploymentDocument, type DeploymentSpec, deploymentSchema } from '../../../../controller/domain/spec/schema.ts'
import type { GpuInfo, GpuLink, Inventory } from '../../../../shared/fleet/inventory.ts'
import type { ReplicaPhase, ReplicaStatus } from '../../../../shared/fleet/replica.ts'

export const settings = defaultPlanSettings

export const specOf = (changes: Partial<DeploymentDocument> = {}): DeploymentSpec =>
  deploymentSchema.parse({ name: 'ds7b', model: { name: 'ds7b', path: '/models/ds7b' }, engine: { preset: 'vllm' }, ...changes })

export const gpu = (hostName: string, index: number, changes: Partial<GpuInfo> = {}): GpuInfo => ({
  uuid: `GPU-${hostName}-${index}`,
  index,
  model: 'NVIDIA A100-SXM4-40GB',
  memoryMiB: 40_960,
  pciBusId: `00000000:0${index}:00.0`,
  ...changes,
})

export const inventory = (hostName: string, gpus: readonly GpuInfo[], changes: Partial<Inventory> = {}): Inventory => ({
  hostname: hostName,
  machineId: `machine-${hostName}`,
  os: 'Debian 12',
  kernel: '6.1',
  architecture: 'x64',
  cpuModel: 'EPYC',
  cpuSockets: 2,
  cpuCores: 64,
  memoryMiB: 256 * 1024,
  disks: [],
  nics: [],
  gpus,
  gpuLinks: [],
  runtimes: [
    { name: 'docker', version: '27', problem: '', gpuRequests: true, memlockUnlimited: true, cdiDevices: [] },
    { name: 'exec', version: '1', problem: '', gpuRequests: true, memlockUnlimited: true, cdiDevices: [] },
  ],
  gpuProblem: '',
  driverVersion: '580',
  cudaVersion: '13',
  ...changes,
})

export const links = (gpus: readonly GpuInfo[], kind = 'NV12'): readonly GpuLink[] =>
  gpus.flatMap((a, i) => gpus.slice(i + 1).map((b) => ({ aUuid: a.uuid, bUuid: b.uuid, kind })))

export interface HostOptions extends Partial<Omit<HostView, 'record' | 'replicas'>> {
  readonly labels?: Readonly<Record<string, string>>
  readonly cordoned?: boolean
  readonly drain?: HostDrain
  readonly taints?: readonly Taint[]
  readonly revoked?: boolean
  readonly replicas?: readonly ReplicaStatus[]
}

/** A connected host that has reported everything. */
export const host = (name: string, gpuCount: number, options: HostOptions = {}): HostView => {
  const { labels = {}, cordoned = false, drain, taints, revoked = false, replicas = [], ...view } = options
  return {
    record: {
      id: `host-${name}`,
      name,
      machineId: `machine-${name}`,
      createdUnixMs: 0,
      cordoned,
      drain,
      taints,
      revoked,
      labels,
      generation: 1,
    },
    presence: 'connected',
    inventory: inventory(
      name,
      Array.from({ length: gpuCount }, (_, index) => gpu(name, index)),
    ),
    address: '10.0.0.1',
    replicas: new Map(replicas.map((status) => [status.id, status])),
    synced: true,
    gpus: new Map(),
    ...view,
  }
}

export const status = (id: string, phase: ReplicaPhase, changes: Partial<ReplicaStatus> = {}): ReplicaStatus => ({
  id,
  deployment: id.slice(0, id.lastIndexOf('-')),
  revision: 1,
  phase,
  reason: '',
  message: '',
  endpoint: phase === 'ready' ? '10.0.0.1:8000' : '',
  restarts: 0,
  sinceUnixMs: 0,
  oomKilled: false,
  lastLogLines: [],
  instanceId: '',
  warnings: [],
  gpuUuids: [],
  progressPercent: 0,
  preflight: [],
  nextAttemptUnixMs: 0,
  adjustments: [],
  ...changes,
})

export const revision = (number: number, spec: DeploymentSpec, changes: Partial<Revision> = {}): Revision => ({
  deployment: spec.name,
  number,
  spec,
  createdUnixMs: 0,
  author: 'test',
  state: 'current',
  message: '',
  ...changes,
})

export const deployment = (name: string, changes: Partial<Deployment> = {}): Deployment => ({
  name,
  targetRevision: 1,
  lastGoodRevision: 0,
  replicas: 1,
  paused: false,
  deleting: false,
  nextReplica: 1,
  createdUnixMs: 0,
  rolloutStartedUnixMs: 10_000_000,
  ...changes,
})

export const assignment = (id: string, changes: Partial<Assignment> = {}): Assignment => ({
  id,
  deployment: id.slice(0, id.lastIndexOf('-')),
  revision: 1,
  hostId: 'host-a',
  gpuUuids: [],
  memoryMiB: 0,
  stage: 'serving',
  stageSinceUnixMs: 0,
  createdUnixMs: 0,
  drainVersion: 0,
  endpoint: '10.0.0.1:8000',
  apiKey: 'secret',
  ...changes,
})

export const gateway = (changes: Partial<GatewayView> = {}): GatewayView => ({
  id: 'gw',
  connected: true,
  ackedVersion: 0,
  outstanding: new Map(),
  ...changes,
})

export interface FleetOptions {
  readonly deployments?: readonly Deployment[]
  readonly revisions?: readonly Revision[]
  readonly assignments?: readonly Assignment[]
  readonly hosts?: readonly HostView[]
  readonly gateways?: readonly GatewayView[]
  readonly frozen?: boolean
}

export const fleet = (options: FleetOptions): FleetState => ({
  deployments: new Map((options.deployments ?? []).map((one) => [one.name, one])),
  revisions: Map.groupBy(options.revisions ?? [], ({ deployment: name }) => name),
  assignments: new Map((options.assignments ?? []).map((one) => [one.id, one])),
  hosts: new Map((options.hosts ?? []).map((one) => [one.record.id, one])),
  gateways: options.gateways ?? [],
  frozen: options.frozen ?? false,
})
