/** From what was decided (assignment) and what was asked for (spec of its revision) to what the agent is told. Pure. */
import { posix } from 'node:path'
import type { ReplicaSpec } from '../../../shared/fleet/replica.ts'
import { leaderOf } from '../gang/members.ts'
import { fillSeat, gangEnv, seatOf } from '../gang/seat.ts'
import type { Assignment, GangMember, GangRun } from '../model.ts'
import type { DeploymentSpec } from '../spec/schema.ts'
import type { Seat } from './preset.ts'
import { presets } from './presets.ts'
import { warmProbeOf } from './warm-probe.ts'

/**
 * The same arguments always give the same spec, so an agent that compares sees a change only when there is one.
 * @param member of a gang; the leader, and so all of a replica on one host, unless given
 */
export const replicaSpecOf = (assignment: Assignment, spec: DeploymentSpec, member?: GangMember): ReplicaSpec => {
  const { gang } = assignment
  return gang === undefined ? onOneHost(assignment, spec) : inGang(assignment, gang, member ?? leaderOf(assignment), spec)
}

const onOneHost = (assignment: Assignment, spec: DeploymentSpec, seat?: Seat): ReplicaSpec => {
  const preset = presets[spec.engine.preset]
  const launch = preset.launch(spec, seat)
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
      path: healthPathOf(spec),
      intervalMs: spec.health.intervalMs,
      timeoutMs: spec.health.timeoutMs,
      failures: spec.health.failures,
    },
    warm: warmProbeOf(spec),
    apiKey: assignment.apiKey,
    metricsPath: metricsPathOf(spec),
    stopGraceMs: spec.stopGraceMs,
    loadTimeoutMs: spec.loadTimeoutMs,
    onPartition: spec.onPartition,
    engine: spec.engine.preset,
    onOom: spec.onOOM,
  }
}

/** Only the leader serves and is probed; a worker is ready for as long as it runs. No member is started twice, or changed, by its agent alone. */
const inGang = (assignment: Assignment, gang: GangRun, member: GangMember, spec: DeploymentSpec): ReplicaSpec => {
  const base = onOneHost(assignment, spec, seatOf(member, gang))
  const fill = fillSeat(member, gang)
  return {
    ...base,
    id: member.id,
    gpuUuids: member.gpuUuids,
    command: base.command.map(fill),
    args: base.args.map(fill),
    env: mapValues({ ...base.env, ...gangEnv }, fill),
    restart: 'never',
    onOom: 'report',
    ...(member.rank === 0
      ? { reservedPorts: [gang.port] }
      : { health: { ...base.health, path: '' }, warm: { ...base.warm, path: '', bodyJson: '' }, metricsPath: '' }),
  }
}

const mapValues = (record: Readonly<Record<string, string>>, map: (text: string) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))

/** The image that a replica runs; empty for runtime exec. */
export const imageOf = (spec: DeploymentSpec): string =>
  spec.runtime === 'exec' ? '' : spec.image !== '' ? spec.image : presets[spec.engine.preset].image(spec)

/** Under its own name, because engines show the last part of the path to people. Empty without a model or a container. */
export const mountPathOf = ({ engine, model, runtime }: DeploymentSpec): string => {
  if (runtime === 'exec' || model.path === '') return ''
  return engine.mountPath ?? posix.join('/models', posix.basename(model.path))
}

export const healthPathOf = ({ engine, health }: DeploymentSpec): string => health.path ?? presets[engine.preset].healthPath
export const metricsPathOf = ({ engine }: DeploymentSpec): string => engine.metricsPath ?? presets[engine.preset].metricsPath
