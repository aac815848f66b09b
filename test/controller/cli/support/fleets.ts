/** Fleets as a controller would send them. */
import type { DeploymentView } from '../../../../proto/generated/hostler/v1/DeploymentView.ts'
import type { FleetView } from '../../../../proto/generated/hostler/v1/FleetView.ts'
import type { HostView } from '../../../../proto/generated/hostler/v1/HostView.ts'
import type { ReplicaStatus } from '../../../../proto/generated/hostler/v1/ReplicaStatus.ts'
import type { ReplicaView } from '../../../../proto/generated/hostler/v1/ReplicaView.ts'

export const nowUnixMs = Date.UTC(2026, 0, 31, 3, 0, 0)
const minuteMs = 60_000

export const host = (name: string, change: Partial<HostView> = {}): HostView => ({
  id: `h-${name}`,
  name,
  address: '10.0.0.11',
  state: 'ready',
  lastSeenMsAgo: 1_200,
  specGeneration: 7,
  ackedGeneration: 7,
  agentVersion: '0.1.0',
  labels: { zone: 'a' },
  groups: ['gpus'],
  profile: 'inference',
  profileFrom: 'group gpus',
  tuning: { profile: 'inference', digest: 'd', state: 'applied', differing: [], message: '', checkedUnixMs: nowUnixMs - 5 * minuteMs },
  inventory: {
    hostname: name,
    os: 'Debian GNU/Linux 12',
    kernel: '6.1.0',
    architecture: 'x64',
    cpuModel: 'AMD EPYC 9654',
    cpuSockets: 2,
    cpuCores: 192,
    memoryMib: 1_548_288,
    driverVersion: '580.159.04',
    cudaVersion: '13.0',
    gpus: [0, 1].map((index) => ({
      uuid: `GPU-${name}-${index}`,
      index,
      model: 'NVIDIA H200',
      memoryMib: 143_771,
      pciBusId: `00000000:0${index}:00.0`,
    })),
    nics: [{ name: 'eth0', mac: '02:00:00:00:00:01', speedMbps: 100_000, mtu: 9000, addresses: ['10.0.0.11'], up: true }],
    runtimes: [{ name: 'docker', version: '27.5', problem: '', gpuRequests: true, memlockUnlimited: false, cdiDevices: [] }],
    modelFilesystem: { path: '/models', resolvedPath: '/models', type: 'xfs', sizeMib: 8_000_000, freeMib: 3_000_000, missing: false },
  },
  usage: {
    gpus: [
      { uuid: `GPU-${name}-0`, memoryUsedMib: 129_000, utilizationPercent: 83, temperatureC: 61, powerW: 412, processes: [] },
      { uuid: `GPU-${name}-1`, memoryUsedMib: 4, utilizationPercent: 0, temperatureC: 33, powerW: 76, processes: [] },
    ],
    gpuAgeMs: 900,
  },
  holders: [],
  ...change,
})

export const deployment = (name: string, change: Partial<DeploymentView> = {}): DeploymentView => ({
  name,
  revision: 1,
  replicasWanted: 1,
  replicasReady: 1,
  replicasUpdated: 1,
  state: 'ready',
  message: '',
  models: ['deepseek-r1-7b'],
  specJson: JSON.stringify({
    name,
    model: { name: 'deepseek-r1-7b', path: '/models/ds7b' },
    engine: { preset: 'vllm' },
    image: 'vllm/vllm-openai:v0.10.1',
    runtime: 'docker',
    resources: { gpus: 1, memory: { request: '16Gi', limit: '32Gi' } },
    update: { strategy: 'auto', maxSurge: 1, maxUnavailable: 0 },
    memlock: 'auto',
  }),
  steps: [],
  unplaced: [],
  createdUnixMs: nowUnixMs - 312 * 1000,
  ...change,
})

export const replica = (id: string, status: Partial<ReplicaStatus> | undefined, change: Partial<ReplicaView> = {}): ReplicaView => ({
  id,
  deployment: id.replace(/-\d+$/, ''),
  revision: 1,
  hostId: 'h-gpu-1',
  hostName: 'gpu-1',
  intent: 'run',
  routed: status?.phase === 'ready',
  ...(status === undefined
    ? {}
    : {
        status: {
          id,
          phase: 'ready',
          sinceUnixMs: nowUnixMs - 3 * minuteMs,
          endpoint: '10.0.0.11:31000',
          instanceId: '0123456789abcdef',
          ...status,
        },
      }),
  gpuUuids: ['GPU-gpu-1-0'],
  createdUnixMs: nowUnixMs - 5 * minuteMs,
  outstanding: 0,
  ...change,
})

export const fleet = (change: Partial<FleetView> = {}): FleetView => ({
  nowUnixMs,
  hosts: [host('gpu-1')],
  deployments: [],
  replicas: [],
  gateways: [],
  ...change,
})

/** A fleet in the state that people look at it in: something serves, something is broken, something waits. */
export const troubledFleet = (): FleetView =>
  fleet({
    hosts: [
      host('gpu-1', { holders: [{ gpuUuid: 'GPU-gpu-1-0', replicaId: 'ds7b-1' }] }),
      host('gpu-2', {
        state: 'lost',
        lastSeenMsAgo: 192_000,
        cordoned: true,
        drain: { sinceUnixMs: nowUnixMs, by: 'ada', force: false, doneUnixMs: 0, left: [] },
      }),
      host('推理主机-10', {
        inventory: { ...host('x').inventory, gpus: [], gpuProblem: 'nvidia-smi did not answer within 5000 ms' },
        usage: { gpus: [], gpuProblem: 'nvidia-smi did not answer within 5000 ms' },
      }),
    ],
    deployments: [
      deployment('ds7b', {
        state: 'degraded',
        replicasWanted: 2,
        message: '1 of 2 replicas ready; ds7b-2 waits for its next start',
        version: 3,
        canary: { revision: 1, stableRevision: 0, replicas: 1, trafficPercent: 10, promote: 'manual', serving: false },
        autoscale: {
          min: 2,
          max: 8,
          schedule: '',
          wish: 3,
          limit: 'wishes 3, and 1 replica of that is still loading',
          signals: [
            { name: 'waiting', value: '14 per replica', target: '4', asks: 3, enough: 1, missing: '' },
            { name: 'kvCache', value: '-', target: '80 %', asks: 0, missing: 'no figures, so nothing is taken away' },
          ],
        },
        traffic: {
          spanMs: 60_000,
          requests: 720,
          errors: 3,
          refused: 7,
          waiting: 2,
          inFlight: 5,
          ttftP50Ms: 210,
          ttftP99Ms: 1_440,
          tokensPerSecond: 1_234,
        },
      }),
      deployment('ds70b', {
        state: 'pending',
        replicasReady: 0,
        replicasUpdated: 0,
        models: ['deepseek-r1-70b', 'r1'],
        message: '0 of 1 replica ready; 1 without a place; add a host with 4 free GPUs',
        unplaced: [
          {
            count: 1,
            suggestion: 'add a host with 4 free GPUs of 80 GiB or more, or set resources.gpus to 1',
            hosts: [
              { host: 'gpu-1', code: 'gpus-taken', message: '1 of 2 GPUs is free, 4 are needed; ds7b-1 holds GPU 0' },
              { host: 'gpu-2', code: 'lost', message: 'not heard of for 3m12s' },
              { host: '推理主机-10', code: 'gpu-problem', message: 'nvidia-smi did not answer within 5000 ms' },
            ],
          },
        ],
      }),
    ],
    replicas: [
      replica('ds7b-1', { phase: 'ready' }, { outstanding: 12 }),
      replica(
        'ds7b-2',
        {
          phase: 'backoff',
          reason: 'EXITED',
          message: 'the engine exited with code 1 after 8 s',
          restarts: 4,
          exitCode: 1,
          nextAttemptUnixMs: nowUnixMs + 20_000,
          lastLogLines: ['INFO loading weights', '\x1b[31mValueError:\x1b[0m max_model_len 131072 is larger than what fits'],
          preflight: [
            {
              code: 'MEMLOCK_UNAVAILABLE',
              severity: 'warning',
              message: 'this host cannot grant memlock',
              remedy: 'raise LimitMEMLOCK of docker.service',
            },
          ],
          warnings: ['launched without unlimited memlock'],
          adjustments: [
            { flag: '--max-num-seqs', from: '32', to: '16', cause: 'graph-capture', atUnixMs: nowUnixMs - 60_000, held: false },
            { flag: '--gpu-memory-utilization', from: '', to: '0.85', cause: 'run', atUnixMs: nowUnixMs - 30_000, held: true },
          ],
        },
        { gpuUuids: ['GPU-gpu-1-1'] },
      ),
    ],
    gateways: [{ id: 'g-1', name: 'edge-1', address: '10.0.0.2:8080', connected: true, snapshotVersion: 42 }],
  })
