import type { ReplicaSpec } from '../../shared/fleet/replica.ts'
import type { Instance } from '../runtime/runtime.ts'
import type { ReplicaMemory } from './memory.ts'
import type { Busy } from './step.ts'

/** GPUs and ports that are spoken for. A launch that is planned adds its own, so that no later one of the same plan takes them. */
export interface Claims {
  /** GPU to the replica whose engine runs on it, or is being started or stopped there. */
  readonly gpus: Map<string, string>
  /** Port to the replica that has it, or had it and will come back to it. */
  readonly ports: Map<number, string>
}

/** What instances, steps under way, and promises of ports take, in this order of precedence. Pure. */
export const claimsOf = (
  specs: readonly ReplicaSpec[],
  instances: readonly Instance[],
  busy: ReadonlyMap<string, Busy>,
  memory: ReadonlyMap<string, ReplicaMemory>,
): Claims => {
  const claims: Claims = { gpus: new Map(), ports: new Map() }
  const take = (replicaId: string, gpuUuids: readonly string[], port: number): void => {
    for (const uuid of gpuUuids) if (!claims.gpus.has(uuid)) claims.gpus.set(uuid, replicaId)
    if (port !== 0 && !claims.ports.has(port)) claims.ports.set(port, replicaId)
  }
  for (const { state, identity } of instances) if (state === 'running') take(identity.replicaId, identity.gpuUuids, identity.port)
  for (const [replicaId, { gpuUuids, port }] of busy) take(replicaId, gpuUuids, port)
  for (const { id, port, reservedPorts = [] } of specs) {
    take(id, [], port || (memory.get(id)?.port ?? 0))
    for (const reserved of reservedPorts) take(id, [], reserved)
  }
  return claims
}

/** The claims of everybody but this replica. */
export const claimsOfOthers = <K>(claims: ReadonlyMap<K, string>, replicaId: string): ReadonlyMap<K, string> =>
  new Map([...claims].filter(([, holder]) => holder !== replicaId))
