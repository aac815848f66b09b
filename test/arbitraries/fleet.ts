/** fast-check generators of the plain types that both sides share. */
import fc from 'fast-check'
import type { Inventory } from '../../shared/fleet/inventory.ts'
import { type HostSpec, type ReplicaSpec, type ReplicaStatus, replicaPhases } from '../../shared/fleet/replica.ts'
import type { HostUsage } from '../../shared/fleet/usage.ts'
import { comparisons, driftPolicies, settingKinds, type TuningProfile } from '../../shared/tuning/profile.ts'

const word = fc.string({ maxLength: 12 })
const count = fc.nat({ max: 1_000_000 })
const texts = fc.array(word, { maxLength: 3 })
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

export const replicaSpecs: fc.Arbitrary<ReplicaSpec> = fc.record({
  id: word,
  deployment: word,
  revision: count,
  runtime: fc.constantFrom('docker', 'exec'),
  image: word,
  command: texts,
  args: texts,
  env: fc.dictionary(
    fc.string({ minLength: 1, maxLength: 8 }).filter((name) => name !== '__proto__'),
    word,
    { noNullPrototype: true },
  ),
  gpuUuids: texts,
  port: fc.nat({ max: 65_535 }),
  modelName: word,
  modelPath: word,
  mountPath: word,
  memoryRequestMiB: count,
  memoryLimitMiB: count,
  shmMiB: count,
  memlock: fc.constantFrom('auto', 'require', 'off'),
  pull: fc.constantFrom('missing', 'always', 'never'),
  health: fc.record({ path: word, intervalMs: count, timeoutMs: count, failures: count }),
  warm: fc.record({ path: word, bodyJson: word, timeoutMs: count }),
  apiKey: word,
  metricsPath: word,
  stopGraceMs: count,
  loadTimeoutMs: count,
  onPartition: fc.constantFrom('keep', 'stop'),
  engine: fc.string({ minLength: 1, maxLength: 12 }),
  onOom: fc.constantFrom('report', 'adjust'),
})

export const tuningProfiles: fc.Arbitrary<TuningProfile> = fc.record({
  name: word,
  digest: word,
  onDrift: fc.constantFrom(...driftPolicies),
  settings: fc.array(
    fc.record({
      kind: fc.constantFrom(...settingKinds),
      key: word,
      comparison: fc.constantFrom(...comparisons),
      value: word,
      reason: word,
      source: word,
    }),
    { maxLength: 3 },
  ),
})

export const hostSpecs: fc.Arbitrary<HostSpec> = fc
  .record({
    generation: count,
    replicas: fc.array(replicaSpecs, { maxLength: 3 }),
    diagnosisSchedule: word,
    tuning: optional(tuningProfiles),
  })
  .map(({ tuning, ...spec }) => ({ ...spec, ...(tuning ? { tuning } : {}) }))

export const replicaStatuses: fc.Arbitrary<ReplicaStatus> = fc.record({
  id: word,
  deployment: word,
  revision: count,
  phase: fc.constantFrom(...replicaPhases),
  reason: word,
  message: word,
  endpoint: word,
  restarts: count,
  sinceUnixMs: fc.nat(),
  exitCode: optional(fc.integer({ min: -128, max: 255 })),
  oomKilled: fc.boolean(),
  lastLogLines: texts,
  instanceId: word,
  warnings: texts,
  gpuUuids: texts,
  progressPercent: fc.nat({ max: 100 }),
  preflight: fc.array(fc.record({ code: word, severity: fc.constantFrom('info', 'warning', 'error'), message: word, remedy: word }), {
    maxLength: 2,
  }),
  nextAttemptUnixMs: count,
  adjustments: fc.array(fc.record({ flag: word, from: word, to: word, cause: word, atUnixMs: count, held: fc.boolean() }), {
    maxLength: 2,
  }),
})

export const inventories: fc.Arbitrary<Inventory> = fc.record({
  hostname: word,
  machineId: word,
  os: word,
  kernel: word,
  architecture: word,
  cpuModel: word,
  cpuSockets: count,
  cpuCores: count,
  memoryMiB: count,
  disks: fc.array(fc.record({ device: word, kind: word, sizeMiB: count, model: word }), { maxLength: 2 }),
  nics: fc.array(fc.record({ name: word, mac: word, speedMbps: count, mtu: count, addresses: texts, up: fc.boolean() }), { maxLength: 2 }),
  gpus: fc.array(fc.record({ uuid: word, index: count, model: word, memoryMiB: count, pciBusId: word, numaNode: optional(count) }), {
    maxLength: 2,
  }),
  gpuLinks: fc.array(fc.record({ aUuid: word, bUuid: word, kind: word }), { maxLength: 2 }),
  modelFilesystem: optional(
    fc.record({ path: word, resolvedPath: word, type: word, sizeMiB: count, freeMiB: count, missing: fc.boolean() }),
  ),
  runtimes: fc.array(
    fc.record({ name: word, version: word, problem: word, gpuRequests: fc.boolean(), memlockUnlimited: fc.boolean(), cdiDevices: texts }),
    { maxLength: 2 },
  ),
  gpuProblem: word,
  driverVersion: word,
  cudaVersion: word,
})

export const usages: fc.Arbitrary<HostUsage> = fc.record({
  gpus: fc.array(
    fc.record({
      uuid: word,
      memoryUsedMiB: optional(count),
      utilizationPercent: optional(count),
      temperatureC: optional(count),
      powerW: optional(fc.double({ noNaN: true, noDefaultInfinity: true, min: 0.5 })),
      processes: fc.array(fc.record({ pid: count, name: word, memoryMiB: optional(count), replicaId: word, foreign: fc.boolean() }), {
        maxLength: 2,
      }),
    }),
    { maxLength: 2 },
  ),
  memoryAvailableMiB: optional(count),
  load1m: optional(fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 })),
  gpuAgeMs: count,
  gpuProblem: word,
})
