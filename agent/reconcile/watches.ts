import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../../shared/clock/clock.ts'
import type { HostSpec, ReplicaSpec } from '../../shared/fleet/replica.ts'
import type { Instance } from '../runtime/runtime.ts'
import { specHash } from '../runtime/spec-hash.ts'
import { type WatchTiming, watchHealth } from './health-watch.ts'
import type { Ledger } from './ledger.ts'
import type { Machine } from './machine.ts'
import { afterAdopt, withHealth } from './memory.ts'

interface Watch {
  readonly spec: ReplicaSpec
  readonly instance: Instance
  readonly stop: AbortController
}

const probesOf = ({ health, warm, loadTimeoutMs }: ReplicaSpec) => ({ health, warm, loadTimeoutMs })

/** The health watches of all instances under care, one each. */
export class Watches {
  readonly #watches = new Map<string, Watch>()
  readonly #ledger: Ledger
  readonly #clock: Clock
  readonly #machine: Machine
  readonly #timing: WatchTiming

  constructor(ledger: Ledger, clock: Clock, machine: Machine, timing: WatchTiming) {
    this.#ledger = ledger
    this.#clock = clock
    this.#machine = machine
    this.#timing = timing
  }

  begin(spec: ReplicaSpec, instance: Instance): void {
    this.end(spec.id)
    const { id, identity, startedUnixMs } = instance
    this.#ledger.update(spec, (memory) => afterAdopt(memory, id, identity.port, this.#clock.monotonicMs()))
    const stop = new AbortController()
    this.#watches.set(spec.id, { spec, instance, stop })
    const ready = this.#ledger.of(spec).care?.health.kind === 'ready'
    const report: Parameters<typeof watchHealth>[0]['report'] = (health) => {
      if (!stop.signal.aborted) this.#ledger.update(spec, (memory) => withHealth(memory, id, health, this.#clock.monotonicMs()))
    }
    const origin = `http://${identity.address.includes(':') ? `[${identity.address}]` : identity.address}:${identity.port}`
    const watched = { spec, origin, startedUnixMs, ready, clock: this.#clock, machine: this.#machine, timing: this.#timing, report }
    void watchHealth(watched, stop.signal)
  }

  end(replicaId: string): void {
    this.#watches.get(replicaId)?.stop.abort()
    this.#watches.delete(replicaId)
  }

  /** Probes that were changed by a new spec act on the running engine; watches of replicas and contents that are no more end. */
  follow(spec: HostSpec): void {
    const specs = new Map(spec.replicas.map((replica) => [replica.id, replica]))
    for (const [id, watch] of this.#watches) {
      const replica = specs.get(id)
      if (!replica || specHash(replica) !== watch.instance.identity.specHash) this.end(id)
      else if (!isDeepStrictEqual(probesOf(replica), probesOf(watch.spec))) this.begin(replica, watch.instance)
    }
  }

  endAll(): void {
    for (const id of [...this.#watches.keys()]) this.end(id)
  }
}
