/** The way back: a normalised spec as a user would write it, in the order of the schema, with defaults spelled out. Pure. */
import { formatDuration } from '../../../shared/units/duration.ts'
import { formatSize } from '../../../shared/units/size.ts'
import type { Autoscale } from './autoscale.ts'
import type { DeploymentDocument, DeploymentSpec } from './schema.ts'

/** Parsing the document gives the same spec again. For `get -o yaml`, for the store, and for differences between revisions. */
export const documentOf = (spec: DeploymentSpec): DeploymentDocument => {
  const { model, engine, resources, update, health, warmProbe } = spec
  return {
    name: spec.name,
    model: { name: model.name, ...given('path', model.path), ...some('aliases', model.aliases) },
    engine: {
      preset: engine.preset,
      ...some('command', engine.command),
      ...some('args', engine.args),
      ...defined('metricsPath', engine.metricsPath),
      ...defined('mountPath', engine.mountPath),
      ...defined('maxModelLen', engine.maxModelLen),
      ...defined('gpuMemoryUtilization', engine.gpuMemoryUtilization),
      ...defined('maxConcurrentSequences', engine.maxConcurrentSequences),
      ...defined('dtype', engine.dtype),
      ...defined('quantization', engine.quantization),
    },
    ...given('image', spec.image),
    runtime: spec.runtime,
    replicas: spec.replicas,
    ...defined('autoscale', spec.autoscale && autoscaleDocument(spec.autoscale)),
    resources: {
      gpus: resources.gpus,
      ...sizeOr0('gpuMemory', resources.gpuMemoryMiB),
      memory: { ...sizeOr0('request', resources.memoryRequestMiB), ...sizeOr0('limit', resources.memoryLimitMiB) },
      shm: formatSize(resources.shmMiB),
    },
    // llama.cpp takes no word on this, and its fields are not to be written for it.
    parallelism: engine.preset === 'llamacpp' ? { hosts: spec.parallelism.hosts } : spec.parallelism,
    env: spec.env,
    update: {
      strategy: update.strategy,
      maxSurge: update.maxSurge,
      maxUnavailable: update.maxUnavailable,
      progressDeadline: formatDuration(update.progressDeadlineMs),
      drainTimeout: formatDuration(update.drainTimeoutMs),
      automaticRollback: update.automaticRollback,
      ...defined('canary', update.canary && canaryDocument(update.canary)),
    },
    ...defined('rateLimit', spec.rateLimit),
    routing: spec.routing,
    ...(spec.limits.tokensPerMinute === undefined ? {} : { limits: spec.limits }),
    queue: { hold: formatDuration(spec.queue.holdMs), max: spec.queue.max, maxBytes: formatSize(spec.queue.maxBytesMiB) },
    maxConcurrent: spec.maxConcurrent,
    placement: {
      labels: spec.placement.labels,
      ...defined('hosts', spec.placement.hosts),
      ...defined('groups', spec.placement.groups),
      ...some('tolerations', spec.placement.tolerations),
      ...some(
        'antiAffinity',
        spec.placement.antiAffinity.map(({ deployments, topologyKey, mode }) => ({
          ...some('deployments', deployments),
          ...given('topologyKey', topologyKey),
          mode,
        })),
      ),
      ...defined('gpuModel', spec.placement.gpuModel),
      ...defined('profile', spec.placement.profile),
      spread: spec.placement.spread,
    },
    priority: spec.priority,
    preemption: spec.preemption,
    memlock: spec.memlock,
    pull: spec.pull,
    health: {
      ...defined('path', health.path),
      interval: formatDuration(health.intervalMs),
      timeout: formatDuration(health.timeoutMs),
      failures: health.failures,
    },
    warmProbe: {
      enabled: warmProbe.enabled,
      request: warmProbe.request,
      prompt: warmProbe.prompt,
      timeout: formatDuration(warmProbe.timeoutMs),
    },
    loadTimeout: formatDuration(spec.loadTimeoutMs),
    stopGrace: formatDuration(spec.stopGraceMs),
    onPartition: spec.onPartition,
    onOOM: spec.onOOM,
    port: spec.port,
  }
}

const autoscaleDocument = ({
  min,
  max,
  preset,
  signals,
  scaleOut,
  scaleIn,
  idleMs,
  schedules,
}: Autoscale): NonNullable<DeploymentDocument['autoscale']> => ({
  min,
  max,
  ...defined('preset', preset),
  signals: {
    ...defined('gpuUtilization', signals.gpuUtilization),
    ...defined('waiting', signals.waiting),
    ...defined('kvCache', signals.kvCache),
    ...defined('ttft', signals.ttft && { quantile: signals.ttft.quantile, target: formatDuration(signals.ttft.targetMs) }),
    ...defined('tokensPerSecond', signals.tokensPerSecond),
  },
  scaleOut: { stabilization: formatDuration(scaleOut.stabilizationMs), maxStep: scaleOut.maxStep, every: formatDuration(scaleOut.everyMs) },
  scaleIn: { stabilization: formatDuration(scaleIn.stabilizationMs), maxStep: scaleIn.maxStep, every: formatDuration(scaleIn.everyMs) },
  // A deployment that never sleeps takes no word on it.
  ...(min === 0 ? { idle: formatDuration(idleMs) } : {}),
  ...some('schedules', [...schedules]),
})

const canaryDocument = (canary: NonNullable<DeploymentSpec['update']['canary']>) => ({
  replicas: canary.replicas,
  ...defined('traffic', canary.trafficPercent),
  promote: canary.promote,
  window: formatDuration(canary.windowMs),
  minRequests: canary.minRequests,
  maxErrorIncrease: canary.maxErrorIncreasePercent,
  maxTtftRatio: canary.maxTtftRatio,
})

type Field<K extends string, V> = Partial<Record<K, V>>

const field = <K extends string, V>(key: K, value: V): Field<K, V> => ({ [key]: value }) as Field<K, V>
const defined = <K extends string, V>(key: K, value: V | undefined): Field<K, V> => (value === undefined ? {} : field(key, value))
const given = <K extends string>(key: K, value: string): Field<K, string> => (value === '' ? {} : field(key, value))
const some = <K extends string, V>(key: K, value: V[]): Field<K, V[]> => (value.length === 0 ? {} : field(key, value))
const sizeOr0 = <K extends string>(key: K, mib: number): Field<K, string> => (mib === 0 ? {} : field(key, formatSize(mib)))

/** Revisions are made of everything but what scaling and queueing change: true when replicas need not be replaced. */
export const sameReplicas = (a: DeploymentSpec, b: DeploymentSpec): boolean =>
  JSON.stringify(replicaPart(a)) === JSON.stringify(replicaPart(b))

const replicaPart = (spec: DeploymentSpec): unknown => {
  const { replicas, autoscale, update, rateLimit, routing, limits, queue, maxConcurrent, priority, preemption, ...rest } = documentOf(spec)
  return rest
}
