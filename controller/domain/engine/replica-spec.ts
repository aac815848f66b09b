/** From what was decided (assignment) and what was asked for (spec of its revision) to what the agent is told. Pure. */
import { posix } from 'node:path'
import type { ReplicaSpec } from '../../../shared/fleet/replica.ts'
import type { Assignment } from '../model.ts'
import type { DeploymentSpec } from '../spec/schema.ts'
import { presets } from './presets.ts'
import { warmProbeOf } from './warm-probe.ts'

/** The same arguments always give the same spec, so an agent that compares sees a change only when there is one. */
export const replicaSpecOf = (assignment: Assignment, spec: DeploymentSpec): ReplicaSpec => {
  const preset = presets[spec.engine.preset]
  const launch = preset.launch(spec)
  return {
    id: assignment.id,
    deployment: assignment.deployment,
    revision: assignment.revision,
    runtime: spec.runtime,
    image: imageOf(spec),
    command: spec.engine.command.length > 0 ? spec.engine.command : launch.command,
    args: [...launch.args, ...spec.engine.args],
    env: { ...launch.env, ...spec.env, ...(spec.model.path === '' ? {} : { MODEL_PATH: '{{modelPath}}' }) },
    gpuUuids: assignment.gpuUuids,
    port: spec.port,
    modelName: spec.model.name,
    modelPath: spec.model.path,
    mountPath: mountPathOf(spec),
    memoryRequestMiB: spec.resources.memoryRequestMiB,
    memoryLimitMiB: spec.resources.memoryLimitMiB,
    shmMiB: spec.resources.shmMiB,
    memlock: spec.memlock,
    pull: spec.pull,
    health: {
      path: spec.health.path ?? preset.healthPath,
      intervalMs: spec.health.intervalMs,
      timeoutMs: spec.health.timeoutMs,
      failures: spec.health.failures,
    },
    warm: warmProbeOf(spec),
    apiKey: assignment.apiKey,
    metricsPath: spec.engine.metricsPath ?? preset.metricsPath,
    stopGraceMs: spec.stopGraceMs,
    loadTimeoutMs: spec.loadTimeoutMs,
    onPartition: spec.onPartition,
    engine: spec.engine.preset,
    onOom: spec.onOOM,
  }
}

/** The image that a replica runs; empty for runtime exec. */
export const imageOf = (spec: DeploymentSpec): string =>
  spec.runtime === 'exec' ? '' : spec.image !== '' ? spec.image : presets[spec.engine.preset].image(spec)

/** Under its own name, because engines show the last part of the path to people. Empty without a model or a container. */
const mountPathOf = ({ engine, model, runtime }: DeploymentSpec): string => {
  if (runtime === 'exec' || model.path === '') return ''
  return engine.mountPath ?? posix.join('/models', posix.basename(model.path))
}
