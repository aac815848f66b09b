import type { HostSpec, ReplicaSpec } from '../../shared/fleet/replica.ts'
import type { TuningProfile } from '../../shared/tuning/profile.ts'
import { replicaSpecOf } from '../domain/engine/replica-spec.ts'
import { isInTouch } from '../domain/fleet/readiness.ts'
import { hostIdsOf, memberOn } from '../domain/gang/members.ts'
import type { Assignment, FleetState, HostRecord } from '../domain/model.ts'
import type { StoreChange } from '../store/store.ts'
import type { AgentPort } from './agent-port.ts'
import type { Facts } from './facts.ts'
import type { HostRegistry } from './host-registry.ts'

interface Issued {
  /** Immutable facts, so the same objects mean the same spec. */
  readonly assignments: readonly Assignment[]
  readonly profile: TuningProfile | undefined
  readonly content: string
  readonly spec: HostSpec
}

const onHost = new Set(['starting', 'serving', 'draining'])

/** Each host's assignments. A gang that is down is nobody's until it starts again. */
const byHostOf = (assignments: Iterable<Assignment>): ReadonlyMap<string, readonly Assignment[]> => {
  const byHost = new Map<string, Assignment[]>()
  for (const assignment of assignments) {
    if (!onHost.has(assignment.stage) || assignment.gang?.down !== undefined) continue
    for (const hostId of hostIdsOf(assignment)) {
      const known = byHost.get(hostId)
      if (known) known.push(assignment)
      else byHost.set(hostId, [assignment])
    }
  }
  return byHost
}

const same = (a: readonly Assignment[], b: readonly Assignment[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index])

const replicaSpec = (facts: Facts, assignment: Assignment, hostId: string): ReplicaSpec | undefined => {
  const revision = facts.revisions.get(assignment.deployment)?.find(({ number }) => number === assignment.revision)
  return revision && replicaSpecOf(assignment, revision.spec, memberOn(assignment, hostId))
}

/**
 * Keeps each host's spec in step with the assignments. A changed spec gets a new generation, which is stored before it is sent.
 * The first spec after a start always gets one: what was sent last before it is not known.
 */
export class SpecDispatch {
  readonly #hosts: HostRegistry
  readonly #issued = new Map<string, Issued>()
  readonly #sent = new WeakMap<AgentPort, number>()
  /** Hosts that are told nothing yet. */
  #withheld: ReadonlySet<string> = new Set()

  constructor(hosts: HostRegistry) {
    this.#hosts = hosts
  }

  /** The generations that have to be stored now. Call `send` once they are. @param hosts as they were when it was decided */
  prepare(facts: Facts, hosts: FleetState['hosts']): readonly StoreChange[] {
    const byHost = byHostOf(facts.assignments.values())
    this.#withheld = this.#awaited(facts.assignments.values(), hosts)
    const changes: StoreChange[] = []
    for (const host of facts.hosts.values()) {
      if (!this.#hosts.sighting(host.id).hello || this.#withheld.has(host.id)) continue
      const change = this.#prepareHost(facts, host, byHost.get(host.id) ?? [])
      if (change) changes.push(change)
    }
    return changes
  }

  /**
   * Hosts with replicas that were given up and may be had back, until their agents have told what they run: that can be later than the hello, and a
   * spec without the replica, sent in between, would stop what is about to be wanted again. What they tell while a decision is being stored is
   * part of the next one.
   */
  #awaited(assignments: Iterable<Assignment>, hosts: FleetState['hosts']): ReadonlySet<string> {
    const awaited = new Set<string>()
    for (const assignment of assignments) {
      if (assignment.stage !== 'lost' || assignment.drainCause !== undefined) continue
      for (const hostId of hostIdsOf(assignment))
        if (!isInTouch(hosts.get(hostId)) || !this.#hosts.sighting(hostId).synced) awaited.add(hostId)
    }
    return awaited
  }

  #prepareHost(facts: Facts, host: HostRecord, assignments: readonly Assignment[]): StoreChange | undefined {
    const profile = this.#profileFor(host)
    const issued = this.#issued.get(host.id)
    if (issued && issued.profile === profile && same(issued.assignments, assignments)) return undefined
    const replicas = assignments.flatMap((assignment) => replicaSpec(facts, assignment, host.id) ?? [])
    // Reasons and sources of settings are no part of a digest, and no reason to send a profile again.
    const content = JSON.stringify([replicas, profile && [profile.name, profile.digest, profile.onDrift]])
    if (issued?.content === content) {
      this.#issued.set(host.id, { ...issued, assignments, profile })
      return undefined
    }
    // An agent may know a later generation than a controller that was put back from a backup.
    const known = Math.max(host.generation, this.#hosts.sighting(host.id).hello?.specGeneration ?? 0)
    const spec: HostSpec = { generation: known + 1, replicas, diagnosisSchedule: '', ...(profile ? { tuning: profile } : {}) }
    this.#issued.set(host.id, { assignments, profile, content, spec })
    return { kind: 'putHost', host: { ...host, generation: spec.generation } }
  }

  /** A host for which no profile can be chosen keeps the one it has: an agent that is sent none would give back what it had before. */
  #profileFor(host: HostRecord): TuningProfile | undefined {
    const { wishes } = this.#hosts
    const { wanted, profile } = wishes.of(host)
    if (wanted.problem === '') return profile
    const issued = this.#issued.get(host.id)
    if (issued) return issued.profile
    const { tuning } = this.#hosts.sighting(host.id)
    const known = tuning && tuning.profile !== '' ? wishes.resolve(tuning.profile) : undefined
    return known && 'profile' in known && known.profile.digest === tuning?.digest ? known.profile : undefined
  }

  /** Sends each connected agent the spec it has not been sent yet, and again the one that it could not take. */
  send(): void {
    for (const [hostId, { spec }] of this.#issued) {
      const sighting = this.#hosts.sighting(hostId)
      const { port } = sighting
      if (!port || this.#withheld.has(hostId) || (this.#sent.get(port) === spec.generation && !this.#hosts.isSpecDueAgain(hostId))) continue
      this.#sent.set(port, spec.generation)
      if (sighting.refusal) sighting.refusal = { ...sighting.refusal, atMs: Number.POSITIVE_INFINITY }
      port.sendSpec(spec)
    }
  }

  /** Whether the host has on disk what it is to be tuned to now, or to be left as. */
  hasTaken(host: HostRecord): boolean {
    const issued = this.#issued.get(host.id)
    const { ackedGeneration } = this.#hosts.sighting(host.id)
    const wanted = this.#profileFor(host)
    return (
      issued !== undefined &&
      issued.profile?.name === wanted?.name &&
      issued.profile?.digest === wanted?.digest &&
      ackedGeneration >= issued.spec.generation
    )
  }

  /** After a write failed: forgets what was prepared, so that it is prepared again. */
  reset(): void {
    this.#issued.clear()
  }

  forget(hostId: string): void {
    this.#issued.delete(hostId)
  }
}
