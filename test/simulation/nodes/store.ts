import { released } from '../../../controller/domain/brake/plan.ts'
import type { EventRecord, Store, StoreChange, StoredFleet } from '../../../controller/store/store.ts'
import { createFacts } from '../../../controller/usecases/facts.ts'
import { HostlerError } from '../../../shared/errors/hostler-error.ts'
import type { Process } from '../world/process.ts'
import type { Random } from '../world/random.ts'

const nothing: StoredFleet = {
  deployments: [],
  revisions: [],
  assignments: [],
  hosts: [],
  tokens: [],
  identities: [],
  keys: [],
  resources: [],
  brake: released,
  alerting: { alerts: [], groups: [], waiting: [], silences: [], lookedUnixMs: undefined },
}

/** What the controller has on disk: what was committed is there after any crash, and a backup can be put back. */
export class ControllerDisk {
  #state = createFacts(nothing)
  full = false
  #nextEvent = 1

  get facts(): ReturnType<typeof createFacts>['facts'] {
    return this.#state.facts
  }

  read(): StoredFleet {
    const { deployments, revisions, assignments, hosts, tokens, identities, keys, resources, brake, alerting } = this.#state.facts
    return {
      deployments: [...deployments.values()],
      revisions: [...revisions.values()].flat(),
      assignments: [...assignments.values()],
      hosts: [...hosts.values()],
      tokens: [...tokens.values()],
      identities: [...identities.values()],
      keys: [...keys.values()],
      resources: [...resources.values()],
      brake,
      alerting: {
        alerts: [...alerting.alerts.values()],
        groups: [...alerting.groups.values()],
        waiting: [...alerting.waiting.values()],
        silences: [...alerting.silences.values()],
        lookedUnixMs: alerting.lookedUnixMs,
      },
    }
  }

  restore(backup: StoredFleet): void {
    this.#state = createFacts(backup)
  }

  write(changes: readonly StoreChange[]): readonly EventRecord[] {
    if (this.full) throw new HostlerError('STORE_FULL', 'the disk of the controller is full')
    this.#state.apply(changes)
    return changes.flatMap((change) =>
      change.kind === 'addEvent' ? [{ id: this.#nextEvent++, atUnixMs: change.atUnixMs, ...change.event }] : [],
    )
  }
}

const unused = (): never => {
  throw new Error('the simulation keeps no reports, backs nothing up by itself and reads no events')
}

/** The store as one run of the controller has it. */
export const storeOn = (
  disk: ControllerDisk,
  process: Process,
  random: Random,
  onCommit: (changes: readonly StoreChange[]) => void,
): Store => ({
  reports: { entries: async () => [], standing: async () => [], document: unused, change: unused },
  alerts: { resolved: async () => [], ended: async () => [], prune: unused },
  load: async () => disk.read(),
  commit: (changes) => {
    onCommit(changes)
    return process.call(random.latency(1), random.latency(1), () => disk.write(changes))
  },
  events: async () => [],
  backup: unused,
  pruneEvents: unused,
  [Symbol.asyncDispose]: async () => {},
})
