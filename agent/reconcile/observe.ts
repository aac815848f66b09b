import type { Timers } from '../../shared/clock/timers.ts'
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
  /** Those of them that have not answered since the start, with why: what they run is not known. */
  readonly unseen: ReadonlyMap<RuntimeName, string>
}

/** An instance that is, or was, ours. */
export interface KnownOwner extends OwnerCandidate {
  readonly replicaId: string
}

/** Looks at what runs, and remembers whose processes may still linger. */
export class Observer {
  readonly #runtimes: readonly Runtime[]
  readonly #timers: Timers
  readonly #seen = new Map<RuntimeName, readonly Instance[]>()
  readonly #owners = new Map<string, KnownOwner>()
  readonly #onRecovery: () => void
  /** Runtimes that failed to answer, with why. */
  readonly #down = new Map<RuntimeName, string>()
  readonly #rechecks = new Set<RuntimeName>()
  #running: ReadonlySet<string> = new Set()
  #lastEndMs = 0

  /** onRecovery is called when a runtime that did not answer does so again. */
  constructor(runtimes: readonly Runtime[], timers: Timers, onRecovery: () => void) {
    this.#runtimes = runtimes
    this.#timers = timers
    this.#onRecovery = onRecovery
  }

  /** When an instance was last found to run no more (monotonic). */
  get lastEndMs(): number {
    return this.#lastEndMs
  }

  get owners(): readonly KnownOwner[] {
    return [...this.#owners.values()]
  }

  async observe(nowMs: () => number): Promise<Observation> {
    await Promise.all(this.#runtimes.map((runtime) => this.#look(runtime)))
    const unreachable = new Map(this.#down)
    const instances = [...this.#seen.values()].flat()
    const running = new Set(instances.filter(({ state }) => state === 'running').map(({ id }) => id))
    if (![...this.#running].every((id) => running.has(id))) this.#lastEndMs = nowMs()
    this.#running = running
    this.#remember(instances)
    return { instances, unreachable, unseen: new Map([...unreachable].filter(([name]) => !this.#seen.has(name))) }
  }

  /** A runtime that hangs holds up a round once; after that it is asked on the side, until it answers. */
  async #look(runtime: Runtime): Promise<void> {
    if (this.#down.has(runtime.name)) {
      void this.#recheck(runtime)
      return
    }
    try {
      this.#seen.set(runtime.name, await this.#list(runtime))
    } catch (error) {
      this.#down.set(runtime.name, messageOf(error))
    }
  }

  #list(runtime: Runtime): Promise<readonly Instance[]> {
    return withDeadline(runtime.list(), listTimeoutMs, `Listing the instances of ${runtime.name}`, this.#timers)
  }

  async #recheck(runtime: Runtime): Promise<void> {
    if (this.#rechecks.has(runtime.name)) return
    this.#rechecks.add(runtime.name)
    try {
      // What it shows may be old by the time of the next round, which looks again.
      await this.#list(runtime)
      this.#down.delete(runtime.name)
      this.#onRecovery()
    } catch (error) {
      this.#down.set(runtime.name, messageOf(error))
    } finally {
      this.#rechecks.delete(runtime.name)
    }
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
