/** Assignments by id, by deployment and by the hosts that they have members on. */
import { hostIdsOf } from '../gang/members.ts'
import type { Assignment } from '../model.ts'

export class AssignmentIndex {
  readonly #byId: Map<string, Assignment>
  readonly #byDeployment = new Map<string, Set<string>>()
  readonly #byHost = new Map<string, Set<string>>()

  constructor(assignments: ReadonlyMap<string, Assignment>) {
    this.#byId = new Map(assignments)
    for (const assignment of assignments.values()) this.#enter(assignment)
  }

  get all(): Iterable<Assignment> {
    return this.#byId.values()
  }

  get(id: string): Assignment | undefined {
    return this.#byId.get(id)
  }

  /** In the order in which they were made. */
  ofDeployment(name: string): readonly Assignment[] {
    return this.#those(this.#byDeployment.get(name))
  }

  /** With a member there, in whatever stage. */
  onHost(hostId: string): readonly Assignment[] {
    return this.#those(this.#byHost.get(hostId))
  }

  put(assignment: Assignment): void {
    this.#byId.set(assignment.id, assignment)
    this.#enter(assignment)
  }

  delete(assignment: Assignment): void {
    const { id, deployment } = assignment
    this.#byId.delete(id)
    this.#byDeployment.get(deployment)?.delete(id)
    for (const hostId of hostIdsOf(assignment)) this.#byHost.get(hostId)?.delete(id)
  }

  #enter(assignment: Assignment): void {
    add(this.#byDeployment, assignment.deployment, assignment.id)
    for (const hostId of hostIdsOf(assignment)) add(this.#byHost, hostId, assignment.id)
  }

  #those(ids: ReadonlySet<string> | undefined): readonly Assignment[] {
    const those: Assignment[] = []
    for (const id of ids ?? []) {
      const assignment = this.#byId.get(id)
      if (assignment !== undefined) those.push(assignment)
    }
    return those
  }
}

const add = (ids: Map<string, Set<string>>, key: string, id: string): void => {
  const known = ids.get(key)
  if (known === undefined) ids.set(key, new Set([id]))
  else known.add(id)
}
