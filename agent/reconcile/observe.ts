import { messageOf } from '../../shared/errors/hostler-error.ts'
import type { RuntimeName } from '../../shared/fleet/replica.ts'
import { withDeadline } from '../../shared/lifecycle/deadline.ts'
import type { OwnerCandidate } from '../runtime/process-owner.ts'
import type { Instance, Runtime } from '../runtime/runtime.ts'

const listTimeoutMs = 20_000
const rememberedOwners = 200

export interface Observation {
  /** Of an unreachable runtime, what was seen before. */
  readonly instances: readonly Instance[]
  readonly unreachable: ReadonlyMap<RuntimeName, string>
}

/** An instance that is, or was, ours. */
export interface KnownOwner extends OwnerCandidate {
  readonly replicaId: string
}

/** Looks at what runs, and remembers whose processes may still linger. */
export class Observer {
  readonly #runtimes: readonly Runtime[]
  readonly #seen = new Map<RuntimeName, readonly Instance[]>()
  readonly #owners = new Map<string, KnownOwner>()
  #running: ReadonlySet<string> = new Set()
  #lastEndMs = 0

  constructor(runtimes: readonly Runtime[]) {
    this.#runtimes = runtimes
  }

  /** When an instance was last found to run no more (monotonic). */
  get lastEndMs(): number {
    return this.#lastEndMs
  }

  get owners(): readonly KnownOwner[] {
    return [...this.#owners.values()]
  }

  async observe(nowMs: () => number): Promise<Observation> {
    const unreachable = new Map<RuntimeName, string>()
    await Promise.all(
      this.#runtimes.map(async (runtime) => {
        try {
          this.#seen.set(runtime.name, await withDeadline(runtime.list(), listTimeoutMs, `Listing the instances of ${runtime.name}`))
        } catch (error) {
          unreachable.set(runtime.name, messageOf(error))
        }
      }),
    )
    const instances = [...this.#seen.values()].flat()
    const running = new Set(instances.filter(({ state }) => state === 'running').map(({ id }) => id))
    if (![...this.#running].every((id) => running.has(id))) this.#lastEndMs = nowMs()
    this.#running = running
    this.#remember(instances)
    return { instances, unreachable }
  }

  #remember(instances: readonly Instance[]): void {
    for (const { id, identity, state, pid } of instances) {
      this.#owners.delete(id)
      // The pid of an ended process may be given to another.
      this.#owners.set(id, { id, replicaId: identity.replicaId, pid: state === 'running' ? pid : undefined })
    }
    const current = new Set(instances.map(({ id }) => id))
    for (const [id, owner] of this.#owners) if (!current.has(id)) this.#owners.set(id, { ...owner, pid: undefined })
    for (const id of this.#owners.keys()) {
      if (this.#owners.size <= rememberedOwners) break
      if (!current.has(id)) this.#owners.delete(id)
    }
  }
}
