/**
 * A plan in the making: the fleet as it would be after the changes so far, and those changes. Lives for one call of planFleet and touches
 * nothing outside itself.
 */
import { hostIdsOf, memberOn, membersOf, replicaIdOf } from '../gang/members.ts'
import type { Assignment, Change, Deployment, DrainCause, EventLevel, FleetState, HostView, Revision, Stage } from '../model.ts'
import { Capacities } from '../placement/capacities.ts'
import { capacityOf, type Holding, type HostCapacity } from '../placement/capacity.ts'
import { compareNames } from '../placement/names.ts'
import { keptApartBy, type Neighbours, namedBy, neighboursOf } from '../placement/neighbours.ts'
import type { DeploymentSpec } from '../spec/schema.ts'
import { AssignmentIndex } from './assignment-index.ts'
import { hasLeft } from './readiness.ts'
import type { PlanSettings } from './settings.ts'

export class FleetDraft {
  readonly state: FleetState
  readonly nowUnixMs: number
  readonly settings: PlanSettings
  readonly changes: Change[] = []
  readonly #assignments: AssignmentIndex
  readonly #deployments: Map<string, Deployment>
  readonly #revisions: Map<string, readonly Revision[]>
  #reported: ReadonlySet<string> | undefined
  /** Made when first asked for. */
  #capacities: Capacities | undefined
  /** Which deployments keep apart from which. */
  #keepsApart: ReadonlyMap<string, ReadonlySet<string>> | undefined
  readonly #released = new Set<string>()
  /** By host: places that are kept for replicas which wait until others have left. */
  readonly #kept = new Map<string, Assignment[]>()
  readonly #changedHosts = new Set<string>()
  /** While looking ahead: what puts everything back, the last step first. */
  #undo: (() => void)[] | undefined
  /** By deployment, what was worked out from it and has not changed since. */
  readonly #remembered = new Map<string, Map<unknown, unknown>>()

  constructor(state: FleetState, nowUnixMs: number, settings: PlanSettings) {
    this.state = state
    this.nowUnixMs = nowUnixMs
    this.settings = settings
    this.#assignments = new AssignmentIndex(state.assignments)
    this.#deployments = new Map(state.deployments)
    this.#revisions = new Map(state.revisions)
  }

  get deployments(): Iterable<Deployment> {
    return this.#deployments.values()
  }

  get assignments(): Iterable<Assignment> {
    return this.#assignments.all
  }

  assignment(id: string): Assignment | undefined {
    return this.#assignments.get(id)
  }

  deployment(name: string): Deployment | undefined {
    return this.#deployments.get(name)
  }

  revisions(deployment: string): readonly Revision[] {
    return this.#revisions.get(deployment) ?? []
  }

  revision(deployment: string, number: number): Revision | undefined {
    return this.revisions(deployment).find((revision) => revision.number === number)
  }

  /** In the order in which they were made. */
  assignmentsOf(deployment: string): readonly Assignment[] {
    return this.remember(deployment, 'assignments', () => this.#assignments.ofDeployment(deployment))
  }

  /** Works something out of one deployment, its revisions and its replicas, once until any of them changes. */
  remember<T>(deployment: string, what: unknown, work: () => T): T {
    const known = this.#remembered.get(deployment) ?? new Map<unknown, unknown>()
    this.#remembered.set(deployment, known)
    if (known.has(what)) return known.get(what) as T
    const result = work()
    known.set(what, result)
    return result
  }

  /** With a member on this host, in whatever stage. */
  assignmentsOn(hostId: string): readonly Assignment[] {
    return this.#assignments.onHost(hostId)
  }

  /** An assignment has this id, or a host reports it or a member of it. */
  isKnownReplica(id: string): boolean {
    this.#reported ??= new Set([...this.state.hosts.values()].flatMap(({ replicas }) => [...replicas.keys()].map(replicaIdOf)))
    return this.#assignments.get(id) !== undefined || this.#reported.has(id)
  }

  putDeployment(deployment: Deployment): void {
    const { name } = deployment
    const before = this.#deployments.get(name)
    this.#deployments.set(name, deployment)
    this.#remembered.delete(name)
    this.#undo?.push(() => {
      if (before !== undefined) this.#deployments.set(name, before)
      this.#remembered.delete(name)
    })
    this.changes.push({ kind: 'putDeployment', deployment })
  }

  deleteDeployment(name: string): void {
    this.#deployments.delete(name)
    this.#remembered.delete(name)
    this.changes.push({ kind: 'deleteDeployment', name })
  }

  putRevision(revision: Revision): void {
    const others = this.revisions(revision.deployment).filter(({ number }) => number !== revision.number)
    this.#revisions.set(
      revision.deployment,
      [...others, revision].sort((a, b) => a.number - b.number),
    )
    this.#remembered.delete(revision.deployment)
    this.changes.push({ kind: 'putRevision', revision })
  }

  putAssignment(assignment: Assignment): void {
    const before = this.#assignments.get(assignment.id)
    this.#assignments.put(assignment)
    this.#touch(assignment)
    this.#undo?.push(() => {
      if (before === undefined) this.#assignments.delete(assignment)
      else this.#assignments.put(before)
      this.#touch(assignment)
    })
    this.changes.push({ kind: 'putAssignment', assignment })
  }

  deleteAssignment(assignment: Assignment): void {
    this.#assignments.delete(assignment)
    this.#touch(assignment)
    this.changes.push({ kind: 'deleteAssignment', id: assignment.id })
  }

  /** Enters a stage now. Draining begins without a version: the one that first shows it is filled in when it is published. */
  setStage(assignment: Assignment, stage: Stage, drainCause?: DrainCause): Assignment {
    const entered: Assignment = { ...assignment, stage, stageSinceUnixMs: this.nowUnixMs, drainVersion: 0, drainCause }
    this.putAssignment(entered)
    return entered
  }

  addEvent(level: EventLevel, reason: string, subject: string, message: string): void {
    this.changes.push({ kind: 'addEvent', event: { level, reason, subject, message }, atUnixMs: this.nowUnixMs })
  }

  /** What the deployment's next replica has to keep apart from; undefined when nothing. */
  neighboursOf(deployment: string, spec: DeploymentSpec, released: readonly Assignment[] = []): Neighbours | undefined {
    this.#keepsApart ??= new Map([...this.#revisions].flatMap(([name, all]) => keptApartBy(name, all)))
    const own = spec.placement.antiAffinity.flatMap((term) => namedBy(term, deployment))
    const minding = [...this.#keepsApart].filter(([, named]) => named.has(deployment)).map(([name]) => name)
    const relevant = new Set([...own, ...minding])
    if (relevant.size === 0) return undefined
    const gone = new Set(released.map(({ id }) => id))
    const others = [...relevant].flatMap((name) =>
      this.assignmentsOf(name).flatMap((assignment) => {
        const theirs =
          isThere(assignment) && !gone.has(assignment.id) && !this.#released.has(assignment.id) ? this.#specOf(assignment) : undefined
        return theirs === undefined ? [] : [{ assignment, spec: theirs }]
      }),
    )
    return neighboursOf(deployment, spec, others, this.state.hosts)
  }

  hostName(hostId: string): string {
    return this.state.hosts.get(hostId)?.record.name ?? hostId
  }

  /** Of all members, the leader's first. */
  hostNames(assignment: Assignment): string {
    return hostIdsOf(assignment)
      .map((hostId) => this.hostName(hostId))
      .join(', ')
  }

  /** What every host has left after the changes so far. Only those of hosts that changed since the last call are other objects. */
  capacities(): Capacities {
    this.#capacities ??= this.#allCapacities()
    for (const hostId of this.#changedHosts) {
      const host = this.state.hosts.get(hostId)
      if (host !== undefined) this.#capacities.put(this.#compute(host, nobody))
    }
    this.#changedHosts.clear()
    return this.#capacities
  }

  #allCapacities(): Capacities {
    this.#changedHosts.clear()
    // In the order in which refusals are listed, so that those of each deployment without a place need no sorting.
    const hosts = [...this.state.hosts.values()].sort((a, b) => compareNames(a.record.name, b.record.name))
    return new Capacities(hosts.map((host) => this.#compute(host, nobody)))
  }

  /** What every host would have left if this assignment gave its share back; `onlyIts`: of those hosts alone that it is on. */
  capacitiesWithout(released: Assignment, onlyIts: boolean): readonly HostCapacity[] {
    const its = new Set(hostIdsOf(released))
    const others = onlyIts ? [] : [...this.capacities()].filter(({ host }) => !its.has(host.record.id))
    return [...its]
      .flatMap((hostId) => {
        const host = this.state.hosts.get(hostId)
        return host === undefined ? [] : [this.#compute(host, new Set([released.id]))]
      })
      .concat(others)
  }

  /** What one host would have left if these gave their share back. */
  capacityWithoutAll(hostId: string, released: readonly Assignment[]): readonly HostCapacity[] {
    const host = this.state.hosts.get(hostId)
    return host === undefined ? [] : [this.#compute(host, new Set(released.map(({ id }) => id)))]
  }

  /** What these hosts have left after the changes so far. */
  capacitiesOn(hostIds: Iterable<string>): readonly HostCapacity[] {
    return [...new Set(hostIds)].flatMap((hostId) => this.capacities().of(hostId) ?? [])
  }

  /** Looks ahead: what `look` does to this draft is undone, and what it found is kept. Costs what it touches, not a copy of the fleet. */
  ahead<T>(look: () => T): T {
    const undo: (() => void)[] = []
    const { length } = this.changes
    this.#undo = undo
    try {
      return look()
    } finally {
      this.#undo = undefined
      for (const step of undo.reverse()) step()
      this.changes.length = length
    }
  }

  /** From now on counts as gone. Only while looking ahead. */
  release(assignment: Assignment): void {
    this.#released.add(assignment.id)
    this.#touch(assignment)
    this.#undo?.push(() => {
      this.#released.delete(assignment.id)
      this.#touch(assignment)
    })
  }

  /** Keeps a place for a replica that waits for others to leave it: whoever is served later does not get it. */
  keep(waiting: Assignment): void {
    const kept = { ...waiting, id: `${waiting.deployment} (kept for it)` }
    for (const { hostId } of membersOf(waiting)) {
      this.#kept.set(hostId, [...(this.#kept.get(hostId) ?? []), kept])
      this.#changedHosts.add(hostId)
    }
  }

  #touch(assignment: Assignment): void {
    this.#remembered.delete(assignment.deployment)
    for (const hostId of hostIdsOf(assignment)) this.#changedHosts.add(hostId)
  }

  #compute(host: HostView, released: ReadonlySet<string>): HostCapacity {
    const hostId = host.record.id
    const holdings = [...this.assignmentsOn(hostId), ...(this.#kept.get(hostId) ?? [])]
      .filter(({ id }) => !released.has(id) && !this.#released.has(id))
      .filter((assignment) => !hasLeft(assignment, host))
      .map((assignment): Holding => ({ assignment, member: memberOn(assignment, hostId), port: this.#specOf(assignment)?.port ?? 0 }))
    return capacityOf(host, holdings, (id) => this.#isAssigned(id))
  }

  #isAssigned(reportedId: string): boolean {
    const assignment = this.#assignments.get(replicaIdOf(reportedId))
    return assignment !== undefined && membersOf(assignment).some(({ id }) => id === reportedId)
  }

  #specOf(assignment: Assignment): DeploymentSpec | undefined {
    return this.revision(assignment.deployment, assignment.revision)?.spec
  }
}

const nobody: ReadonlySet<string> = new Set()

/** Runs, or is about to. */
const isThere = ({ stage }: Assignment): boolean => stage === 'starting' || stage === 'serving' || stage === 'draining'
