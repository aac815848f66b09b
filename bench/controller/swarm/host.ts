import { Outbox } from '../../../agent/diagnose/outbox.ts'
import { Lease } from '../../../agent/link/lease.ts'
import { runLink } from '../../../agent/link/link.ts'
import type { AgentSide } from '../../../agent/link/session.ts'
import { systemClock } from '../../../shared/clock/clock.ts'
import type { HostSpec, ReplicaSpec, ReplicaStatus } from '../../../shared/fleet/replica.ts'
import type { Credentials } from '../../../shared/identity/credentials-file.ts'
import { pause } from '../../../shared/lifecycle/deadline.ts'
import { silentLog } from '../../../shared/log/log.ts'
import { SwarmFigures } from './figures.ts'
import { addressOf, inventoryOf, usageOf } from './inventory.ts'

/** From a spec that names a replica to its engine that serves. */
const engineStartMs = 500

const statusOf = ({ id, deployment, revision, gpuUuids }: ReplicaSpec, address: string, port: number): ReplicaStatus => ({
  id,
  deployment,
  revision,
  phase: 'ready',
  reason: '',
  message: '',
  endpoint: `${address}:${port}`,
  restarts: 0,
  sinceUnixMs: Date.now(),
  oomKilled: false,
  lastLogLines: [],
  instanceId: `${id}-instance`,
  warnings: [],
  gpuUuids,
  progressPercent: 0,
  preflight: [],
  nextAttemptUnixMs: 0,
  adjustments: [],
})

/** A host that runs whatever it is told to, without running anything. Its end of the wire is the agent's own. */
export class SwarmHost {
  readonly #inventory
  readonly #address: string
  readonly #listeners = new Set<() => void>()
  readonly #figures = new SwarmFigures()
  readonly lease = new Lease()
  #statuses: ReadonlyMap<string, ReplicaStatus> = new Map()
  #generation = 0
  #beat: number

  constructor(number: number, name: string) {
    this.#inventory = inventoryOf(number, name)
    this.#address = addressOf(number)
    this.#beat = number
  }

  async #take({ generation, replicas }: HostSpec, signal: AbortSignal): Promise<void> {
    this.#generation = generation
    if ((await pause(engineStartMs, signal)) === 'aborted' || generation !== this.#generation) return
    const before = this.#statuses
    this.#statuses = new Map(
      replicas.map((replica, at) => [replica.id, before.get(replica.id) ?? statusOf(replica, this.#address, 20_000 + at)]),
    )
    for (const listener of this.#listeners) listener()
  }

  #side(signal: AbortSignal): AgentSide {
    const never = () => () => {}
    return {
      address: this.#address,
      bootId: 'boot',
      labels: {},
      inventory: () => this.#inventory,
      onInventory: never,
      usage: () => {
        this.#beat += 1
        const holders = new Map([...this.#statuses.values()].flatMap(({ id, gpuUuids }) => gpuUuids.map((uuid) => [uuid, id] as const)))
        return usageOf(this.#inventory, holders, this.#beat)
      },
      metrics: () => this.#figures.next(this.#inventory, this.#statuses, Date.now(), this.#beat),
      specGeneration: () => this.#generation,
      setSpec: async (spec) => void this.#take(spec, signal),
      statuses: () => this.#statuses,
      onStatus: (listener) => {
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
      answerers: {},
    }
  }

  /** Keeps its session with the controller until the signal aborts. */
  run(credentials: Credentials, signal: AbortSignal): Promise<void> {
    return runLink(
      {
        credentials: () => credentials,
        side: this.#side(signal),
        lease: this.lease,
        outbox: new Outbox(),
        clock: systemClock,
        random: Math.random,
        log: silentLog,
      },
      signal,
    )
  }
}
