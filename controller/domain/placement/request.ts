import type { DeploymentSpec } from '../spec/schema.ts'
import type { Neighbours } from './neighbours.ts'

/** What one replica needs of a host, or, as a gang, of each of its hosts. */
export interface PlacementRequest {
  readonly deployment: string
  readonly spec: DeploymentSpec
  /** Hosts that are out of the question, because preflight has already refused there. */
  readonly avoidHostIds: ReadonlySet<string>
  /** Quarantines that have expired by then do not count. */
  readonly nowUnixMs: number
  /** What runs elsewhere, where that matters; absent: nobody keeps apart. */
  readonly neighbours?: Neighbours | undefined
  /** Taken before others when they are free, so that a swap stays on its GPUs. */
  readonly preferGpuUuids?: readonly string[] | undefined
}

const shapes = new WeakMap<DeploymentSpec, string>()

/** The same for all requests that each host refuses for the same reasons, whosever they are. */
export const shapeOf = ({ spec, avoidHostIds }: PlacementRequest): string => {
  let shape = shapes.get(spec)
  if (shape === undefined) {
    const { placement, resources, parallelism, runtime, port } = spec
    shape = JSON.stringify([placement, resources, parallelism, runtime, port])
    shapes.set(spec, shape)
  }
  return avoidHostIds.size === 0 ? shape : `${shape} ${[...avoidHostIds].join(' ')}`
}

/** GPUs on each host of the replica. */
export const gpusPerHost = ({ resources, parallelism }: DeploymentSpec): number => resources.gpus / parallelism.hosts
