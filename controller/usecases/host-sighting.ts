import type { Inventory } from '../../shared/fleet/inventory.ts'
import type { ReplicaStatus } from '../../shared/fleet/replica.ts'
import type { GpuUsage, HostUsage } from '../../shared/fleet/usage.ts'
import type { TuningStatus } from '../../shared/tuning/status.ts'
import type { AgentPort } from './agent-port.ts'

export interface AgentHello {
  readonly agentVersion: string
  readonly protocol: number
  readonly address: string
  /** What the agent has on disk. */
  readonly specGeneration: number
  readonly inventory: Inventory
  readonly labels: Readonly<Record<string, string>>
  /** Absent: an agent that does not tune. */
  readonly tuning?: TuningStatus | undefined
}

export interface StatusDelta {
  readonly version: number
  readonly baseVersion: number
  readonly full: boolean
  readonly changed: readonly ReplicaStatus[]
  readonly removed: readonly string[]
}

/** What was seen of one host since the controller started. Not stored: agents report it again. */
export class HostSighting {
  lastHeardMonotonicMs: number | undefined
  port: AgentPort | undefined
  hello: AgentHello | undefined
  inventory: Inventory | undefined
  usage: HostUsage | undefined
  gpus: ReadonlyMap<string, GpuUsage> = new Map()
  replicas: ReadonlyMap<string, ReplicaStatus> = new Map()
  tuning: TuningStatus | undefined
  synced = false
  statusVersion = 0
  ackedGeneration = 0
  /** Why the agent did not take the spec that it was sent last, and when it said so (monotonic). */
  refusal: { readonly error: string; readonly atMs: number } | undefined

  /** It has answered the spec that it was sent last, with why it could not take it. */
  get hasRefused(): boolean {
    return this.refusal !== undefined && Number.isFinite(this.refusal.atMs)
  }

  setUsage(usage: HostUsage): void {
    this.usage = usage
    this.gpus = new Map(usage.gpus.map((gpu) => [gpu.uuid, gpu]))
  }

  /** False when the delta does not follow what is known: the agent has to send everything again. */
  applyStatus(delta: StatusDelta): boolean {
    if (!delta.full && (!this.synced || delta.baseVersion !== this.statusVersion)) return false
    const replicas = new Map(delta.full ? [] : this.replicas)
    for (const status of delta.changed) replicas.set(status.id, status)
    for (const id of delta.removed) replicas.delete(id)
    this.replicas = replicas
    this.statusVersion = delta.version
    this.synced = true
    return true
  }
}
