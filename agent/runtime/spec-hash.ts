import { createHash } from 'node:crypto'
import type { ReplicaSpec } from '../../shared/fleet/replica.ts'

/**
 * What an engine was launched with. Probes, deadlines, pull and partition policies act on a running engine without a restart,
 * so they are not in it. A field added later must be left out at its default value: an agent that is upgraded must find the
 * same hash on what already runs, or it would restart every engine of the fleet.
 */
const launchContent = (spec: ReplicaSpec): readonly unknown[] => [
  spec.deployment,
  spec.revision,
  spec.runtime,
  spec.image,
  spec.command,
  spec.args,
  Object.entries(spec.env).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  spec.gpuUuids,
  spec.port,
  spec.modelPath,
  spec.mountPath,
  spec.memoryRequestMiB,
  spec.memoryLimitMiB,
  spec.shmMiB,
  spec.memlock,
  spec.apiKey,
]

/** Every round asks for it several times, and a spec never changes. */
const known = new WeakMap<ReplicaSpec, string>()

/** 32 hexadecimal digits; two specs with the same hash are served by the same running engine. */
export const specHash = (spec: ReplicaSpec): string => {
  const hash = known.get(spec) ?? hashOf(spec)
  known.set(spec, hash)
  return hash
}

const hashOf = (spec: ReplicaSpec): string =>
  createHash('sha256')
    .update(JSON.stringify(launchContent(spec)))
    .digest('hex')
    .slice(0, 32)
