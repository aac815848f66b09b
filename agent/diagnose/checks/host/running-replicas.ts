import type { ReplicaSpec, RuntimeName } from '../../../../shared/fleet/replica.ts'
import type { CheckContext } from '../../context.ts'

/** A replica with a process on this host. */
export interface RunningReplica {
  readonly id: string
  readonly runtime: RuntimeName
  /** Of its main process, in the host's numbering. */
  readonly pid: number
  readonly port: number
  readonly gpus: number
  /** Undefined for one that runs and is in no spec any more. */
  readonly spec: ReplicaSpec | undefined
}

export const runningReplicas = async (context: CheckContext): Promise<readonly RunningReplica[]> => {
  const specs = new Map((context.spec()?.replicas ?? []).map((spec) => [spec.id, spec]))
  return (await context.instances()).flatMap(({ state, pid, runtime, identity }) => {
    if (state !== 'running' || pid === undefined) return []
    const { replicaId: id, port, gpuUuids } = identity
    return [{ id, runtime, pid, port, gpus: gpuUuids.length, spec: specs.get(id) }]
  })
}
