import { join } from 'node:path'
import type { InstanceIdentity } from '../../../agent/runtime/runtime.ts'
import { specHash } from '../../../agent/runtime/spec-hash.ts'
import type { ReplicaSpec } from '../../../shared/fleet/replica.ts'

const stub = join(import.meta.dirname, '../../fixtures/engine-stub-server.ts')

/** A replica with quick probes; what matters to a test is given by it. */
export const replicaSpec = (changes: Partial<ReplicaSpec> = {}): ReplicaSpec => ({
  id: 'chat-1-0',
  deployment: 'chat',
  revision: 1,
  runtime: 'exec',
  image: '',
  command: [],
  args: [],
  env: {},
  gpuUuids: [],
  port: 0,
  modelName: 'lab',
  modelPath: '',
  mountPath: '/model',
  memoryRequestMiB: 0,
  memoryLimitMiB: 0,
  shmMiB: 0,
  memlock: 'off',
  pull: 'never',
  health: { path: '/health', intervalMs: 100, timeoutMs: 2_000, failures: 2 },
  warm: { path: '/v1/completions', bodyJson: '{"prompt":"hello","max_tokens":1}', timeoutMs: 10_000 },
  apiKey: 'replica-key',
  metricsPath: '/metrics',
  stopGraceMs: 3_000,
  loadTimeoutMs: 30_000,
  onPartition: 'keep',
  engine: 'custom',
  onOom: 'report',
  ...changes,
})

/** A replica that runs the stub engine as a process. */
export const stubSpec = (args: readonly string[] = [], changes: Partial<ReplicaSpec> = {}): ReplicaSpec =>
  replicaSpec({
    runtime: 'exec',
    command: [process.execPath, stub],
    args: ['--host', '{{address}}', '--port', '{{port}}', '--api-key', '{{apiKey}}', ...args],
    ...changes,
  })

export const identityFor = (spec: ReplicaSpec, changes: Partial<InstanceIdentity> = {}): InstanceIdentity => ({
  hostId: 'host-test',
  deployment: spec.deployment,
  revision: spec.revision,
  replicaId: spec.id,
  generation: 1,
  address: '127.0.0.1',
  port: spec.port,
  specHash: specHash(spec),
  gpuUuids: spec.gpuUuids,
  stopGraceMs: spec.stopGraceMs,
  ...changes,
})
