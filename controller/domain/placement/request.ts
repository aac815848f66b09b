import type { DeploymentSpec } from '../spec/schema.ts'

/** What one replica needs of a host. */
export interface PlacementRequest {
  readonly deployment: string
  readonly spec: DeploymentSpec
  /** Hosts that are out of the question, because preflight has already refused there. */
  readonly avoidHostIds: ReadonlySet<string>
  /** Taken before others when they are free, so that a swap stays on its GPUs. */
  readonly preferGpuUuids?: readonly string[] | undefined
}
