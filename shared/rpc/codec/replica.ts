import type { HostSpec__Output } from '../../../proto/generated/hostler/v1/HostSpec.ts'
import type { ReplicaSpec__Output } from '../../../proto/generated/hostler/v1/ReplicaSpec.ts'
import type { ReplicaStatus__Output, ReplicaStatus as WireStatus } from '../../../proto/generated/hostler/v1/ReplicaStatus.ts'
import { HostlerError } from '../../errors/hostler-error.ts'
import { type Finding, type HostSpec, type ReplicaSpec, type ReplicaStatus, type Restart, replicaPhases } from '../../fleet/replica.ts'
import { forWire } from './mutable.ts'
import { profileFromWire, profileToWire } from './tuning.ts'
import { oneOf } from './words.ts'

const present = <T>(value: T | null | undefined, field: string): T => {
  if (value === null || value === undefined) throw new HostlerError('PROTOCOL_MISMATCH', `${field} is missing in a message`)
  return value
}

const replicaSpecFromWire = ({
  memoryRequestMib,
  memoryLimitMib,
  shmMib,
  restart,
  reservedPorts,
  ...wire
}: ReplicaSpec__Output): ReplicaSpec => ({
  ...wire,
  runtime: oneOf(wire.runtime, ['docker', 'exec'], 'runtime'),
  memlock: oneOf(wire.memlock, ['auto', 'require', 'off'], 'memlock'),
  pull: oneOf(wire.pull, ['missing', 'always', 'never'], 'pull'),
  onPartition: oneOf(wire.onPartition, ['keep', 'stop'], 'on_partition'),
  // A controller one version back does not say these.
  engine: wire.engine || 'custom',
  onOom: oneOf(wire.onOom || 'report', ['report', 'adjust'], 'on_oom'),
  ...(restart === '' ? {} : { restart: oneOf<Restart>(restart, ['auto', 'never'], 'restart') }),
  ...(reservedPorts.length === 0 ? {} : { reservedPorts }),
  memoryRequestMiB: memoryRequestMib,
  memoryLimitMiB: memoryLimitMib,
  shmMiB: shmMib,
  health: present(wire.health, 'health'),
  warm: present(wire.warm, 'warm'),
})

/** Throws PROTOCOL_MISMATCH on words that this version does not know. */
export const hostSpecFromWire = (wire: HostSpec__Output): HostSpec => ({
  generation: wire.generation,
  diagnosisSchedule: wire.diagnosisSchedule,
  ...(wire.tuning ? { tuning: profileFromWire(wire.tuning) } : {}),
  replicas: wire.replicas.map(replicaSpecFromWire),
})

export const hostSpecToWire = (spec: HostSpec) => ({
  generation: spec.generation,
  diagnosisSchedule: spec.diagnosisSchedule,
  ...(spec.tuning ? { tuning: profileToWire(spec.tuning) } : {}),
  replicas: spec.replicas.map(({ restart = '', reservedPorts = [], ...replica }) => ({
    ...forWire(replica),
    restart,
    reservedPorts: [...reservedPorts],
    memoryRequestMib: replica.memoryRequestMiB,
    memoryLimitMib: replica.memoryLimitMiB,
    shmMib: replica.shmMiB,
  })),
})

const findingFromWire = (wire: { code: string; severity: string; message: string; remedy: string }): Finding => ({
  ...wire,
  severity: oneOf(wire.severity, ['info', 'warning', 'error'], 'severity'),
})

/** Throws PROTOCOL_MISMATCH on words that this version does not know. */
export const replicaStatusFromWire = (wire: ReplicaStatus__Output): ReplicaStatus => {
  const { _exitCode: _, exitCode, ...rest } = wire
  return {
    ...rest,
    phase: oneOf(wire.phase, replicaPhases, 'phase'),
    preflight: wire.preflight.map(findingFromWire),
    ...(exitCode === undefined ? {} : { exitCode }),
  }
}

export const replicaStatusToWire = (status: ReplicaStatus): WireStatus => {
  const { exitCode, ...rest } = status
  return { ...forWire(rest), ...(exitCode === undefined ? {} : { exitCode }) }
}
