import type { Clock } from '../../shared/clock/clock.ts'
import type { HostSpec, ReplicaStatus } from '../../shared/fleet/replica.ts'
import type { Instance } from '../runtime/runtime.ts'
import type { ReplicaMemory } from './memory.ts'
import type { View } from './plan.ts'
import { sameStatus, statusOf } from './status.ts'
import type { Busy } from './step.ts'

export interface Publication {
  readonly views: ReadonlyMap<string, View>
  readonly spec: HostSpec | undefined
  readonly memory: ReadonlyMap<string, ReplicaMemory>
  readonly instances: readonly Instance[]
  /** Replicas with a step under way: their last view still holds. */
  readonly busy: ReadonlyMap<string, Busy>
  readonly nowMs: number
}

const relevance = ({ state }: Instance): number => (state === 'running' ? 1 : 0)

/** The statuses of all replicas, and who wants to hear of changes. */
export class StatusBoard {
  readonly #clock: Clock
  readonly #views = new Map<string, View>()
  readonly #statuses = new Map<string, ReplicaStatus>()
  readonly #listeners = new Set<(changedIds: readonly string[]) => void>()
  #published = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get statuses(): ReadonlyMap<string, ReplicaStatus> {
    return this.#statuses
  }

  /** False before the first look: that nothing is there yet does not mean that nothing runs. */
  get published(): boolean {
    return this.#published
  }

  onChange(listener: (changedIds: readonly string[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  publish({ views, spec, memory, instances, busy, nowMs }: Publication): void {
    for (const [id, view] of views) this.#views.set(id, view)
    const specs = new Map(spec?.replicas.map((replica) => [replica.id, replica]))
    const changed: string[] = []
    for (const id of [...this.#views.keys()]) {
      if (!specs.has(id) && !views.has(id) && !busy.has(id)) {
        this.#views.delete(id)
        if (this.#statuses.delete(id)) changed.push(id)
        continue
      }
      const [instance] = instances
        .filter(({ identity }) => identity.replicaId === id)
        .toSorted((a, b) => relevance(b) - relevance(a) || b.startedUnixMs - a.startedUnixMs)
      const view = this.#views.get(id)
      if (!view) continue
      const before = this.#statuses.get(id)
      const input = { id, spec: specs.get(id), view, memory: memory.get(id), instance, nowMs, nowUnixMs: this.#clock.unixMs() }
      const status = statusOf(input, before)
      if (sameStatus(before, status)) continue
      this.#statuses.set(id, status)
      changed.push(id)
    }
    const first = !this.#published
    this.#published = true
    if (first || changed.length > 0) for (const listener of this.#listeners) listener(changed)
  }
}
