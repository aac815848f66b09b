import type { Clock } from '../../shared/clock/clock.ts'
import type { Inventory } from '../../shared/fleet/inventory.ts'
import type { HostUsage } from '../../shared/fleet/usage.ts'
import type { TuningStatus } from '../../shared/tuning/status.ts'
import type { HostKnowledge } from '../domain/brake/behind.ts'
import type { HostSilence } from '../domain/brake/plan.ts'
import { membersOf } from '../domain/gang/members.ts'
import { hostQuarantined } from '../domain/mesh/quarantine.ts'
import type { EventDraft, HostPresence, HostView } from '../domain/model.ts'
import type { AgentPort } from './agent-port.ts'
import type { Facts } from './facts.ts'
import { type AgentHello, HostSighting, type StatusDelta } from './host-sighting.ts'
import { type LeaseSettings, presenceOf } from './presence.ts'
import { eventOfStatus } from './replica-events.ts'
import { eventOfTuning } from './tuning-events.ts'
import { TuningWishes } from './tuning-wishes.ts'

export interface HostRegistryOptions {
  readonly facts: Facts
  readonly lease: LeaseSettings
  readonly clock: Clock
  /** Something that plans depend on has changed. */
  readonly onChange: () => void
  readonly onEvent: (event: EventDraft) => void
}

/** One agent's session, as the RPC layer drives it. Every call renews the lease. */
export interface HostConnection {
  heard(): void
  usage(usage: HostUsage): void
  inventory(inventory: Inventory): void
  /** False: ask for a full report. */
  status(delta: StatusDelta): boolean
  tuning(status: TuningStatus): void
  specAcked(generation: number, error: string): void
  closed(): void
}

/** Between two tries with a spec that an agent could not take. */
const specRetryMs = 5_000

/** Everything seen of hosts, and the leases. */
export class HostRegistry {
  readonly #options: HostRegistryOptions
  readonly #sightings = new Map<string, HostSighting>()
  readonly #startedMs: number
  /** What each host is to be tuned to. */
  readonly wishes: TuningWishes

  constructor(options: HostRegistryOptions) {
    this.#options = options
    this.#startedMs = options.clock.monotonicMs()
    this.wishes = new TuningWishes(options.facts)
  }

  sighting(hostId: string): HostSighting {
    const known = this.#sightings.get(hostId)
    if (known) return known
    const created = new HostSighting()
    this.#sightings.set(hostId, created)
    return created
  }

  /** Starts a session; an older one of the same host is closed. Absence from status counts only after the first full report of this session. */
  connect(hostId: string, hello: AgentHello, port: AgentPort): HostConnection {
    const { clock, onChange, onEvent } = this.#options
    const sighting = this.sighting(hostId)
    sighting.port?.close('another session of this host began')
    sighting.port = port
    sighting.hello = hello
    sighting.inventory = hello.inventory
    sighting.synced = false
    sighting.refusal = undefined
    sighting.ackedGeneration = hello.specGeneration
    sighting.lastHeardMonotonicMs = clock.monotonicMs()
    this.#sawTuning(hostId, sighting, hello.tuning)
    onChange()
    const mine = () => sighting.port === port
    const heard = () => {
      if (mine()) sighting.lastHeardMonotonicMs = clock.monotonicMs()
    }
    return {
      heard,
      usage: (usage) => mine() && sighting.setUsage(usage),
      inventory: (inventory) => {
        if (!mine()) return
        sighting.inventory = inventory
        onChange()
      },
      status: (delta) => {
        if (!mine()) return true
        const before = sighting.replicas
        if (!sighting.applyStatus(delta)) return false
        const name = this.#options.facts.hosts.get(hostId)?.name ?? hostId
        for (const status of delta.changed) {
          const event = eventOfStatus(before.get(status.id), status, name)
          if (event) onEvent(event)
        }
        onChange()
        return true
      },
      tuning: (status) => {
        if (!mine()) return
        this.#sawTuning(hostId, sighting, status)
        onChange()
      },
      specAcked: (generation, error) => {
        if (!mine()) return
        if (sighting.ackedGeneration !== generation || error) onChange()
        sighting.ackedGeneration = generation
        const told = sighting.refusal?.error
        sighting.refusal = error ? { error, atMs: clock.monotonicMs() } : undefined
        if (error && error !== told) {
          const name = this.#options.facts.hosts.get(hostId)?.name ?? hostId
          onEvent({
            level: 'error',
            reason: 'SpecRefused',
            subject: `host/${name}`,
            message: `${name} could not take its spec ${generation}: ${error}`,
          })
        }
      },
      closed: () => {
        if (mine()) sighting.port = undefined
      },
    }
  }

  #sawTuning(hostId: string, sighting: HostSighting, status: TuningStatus | undefined): void {
    const before = sighting.tuning
    sighting.tuning = status
    if (!status) return
    const event = eventOfTuning(before, status, this.#options.facts.hosts.get(hostId)?.name ?? hostId)
    if (event) this.#options.onEvent(event)
  }

  /** Of every known host: what there is to look at each second. */
  *presences(): Generator<readonly [id: string, presence: HostPresence]> {
    const nowMs = this.#options.clock.monotonicMs()
    for (const id of this.#options.facts.hosts.keys()) yield [id, this.#presenceOf(this.#sightings.get(id), nowMs)]
  }

  #presenceOf(sighting: HostSighting | undefined, nowMs: number): HostPresence {
    return presenceOf(sighting?.lastHeardMonotonicMs, this.#startedMs, nowMs, this.#options.lease)
  }

  /** Every known host as the planners see it. */
  views(): ReadonlyMap<string, HostView> {
    const nowMs = this.#options.clock.monotonicMs()
    const views = new Map<string, HostView>()
    for (const stored of this.#options.facts.hosts.values()) {
      const { record, wanted, profile } = this.wishes.of(stored)
      const sighting = this.sighting(record.id)
      const leaseOverMs = nowMs - (sighting.lastHeardMonotonicMs ?? this.#startedMs) - this.#options.lease.leaseMs
      views.set(record.id, {
        record,
        presence: this.#presenceOf(sighting, nowMs),
        leaseOverMs: leaseOverMs > 0 ? leaseOverMs : undefined,
        inventory: sighting.inventory,
        address: sighting.hello?.address ?? '',
        protocol: sighting.hello?.protocol,
        replicas: sighting.replicas,
        synced: sighting.synced,
        specPending: sighting.ackedGeneration < record.generation && !sighting.hasRefused,
        gpus: sighting.gpus,
        quarantine: hostQuarantined(record, this.#options.clock.unixMs()),
        tuning: { ...wanted, digest: profile?.digest ?? '', status: sighting.tuning },
      })
    }
    return views
  }

  /** Since when each host has held no lease, for the mass-failure brake. */
  silences(): readonly HostSilence[] {
    const { clock, facts, lease } = this.#options
    const nowMs = clock.monotonicMs()
    const nowUnixMs = clock.unixMs()
    return [...facts.hosts.values()]
      .filter(({ revoked }) => !revoked)
      .map(({ id }) => {
        const { lastHeardMonotonicMs } = this.sighting(id)
        const endedAgoMs = nowMs - (lastHeardMonotonicMs ?? this.#startedMs) - lease.leaseMs
        return {
          hostId: id,
          heard: lastHeardMonotonicMs !== undefined,
          silentSinceUnixMs: endedAgoMs > 0 ? nowUnixMs - endedAgoMs : undefined,
        }
      })
  }

  /** Whether any host says that it was told more than is stored. */
  anyAhead(): boolean {
    return this.#options.facts.hosts
      .values()
      .some(({ id, generation }) => generation > 0 && (this.#sightings.get(id)?.hello?.specGeneration ?? 0) > generation)
  }

  /** What hosts know and run, against what is stored of them. */
  knowledge(): readonly HostKnowledge[] {
    const { facts } = this.#options
    const known = new Map<string, Set<string>>()
    for (const assignment of facts.assignments.values())
      for (const { id, hostId } of membersOf(assignment)) known.set(hostId, (known.get(hostId) ?? new Set()).add(id))
    return [...this.views().values()]
      .filter(({ record }) => !record.revoked)
      .map(({ record, presence, synced, replicas }) => ({
        hostId: record.id,
        name: record.name,
        storedGeneration: record.generation,
        ownGeneration: this.sighting(record.id).hello?.specGeneration,
        settled: synced,
        lost: presence === 'lost',
        strangers: [...replicas.keys()].filter((id) => !known.get(record.id)?.has(id)),
      }))
  }

  /** The agent could not take its spec a while ago, for a reason that may be over, such as a full disk. */
  isSpecDueAgain(hostId: string): boolean {
    const { refusal } = this.sighting(hostId)
    return refusal !== undefined && this.#options.clock.monotonicMs() - refusal.atMs >= specRetryMs
  }

  forget(hostId: string): void {
    this.#sightings.get(hostId)?.port?.close('the host was removed')
    this.#sightings.delete(hostId)
  }
}
