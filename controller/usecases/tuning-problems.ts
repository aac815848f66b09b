import type { EventDraft, HostView } from '../domain/model.ts'

/** Tells once of each host for which no profile can be chosen, and again when the reason is another one. */
export class TuningProblems {
  readonly #told = new Map<string, string>()

  next(hosts: ReadonlyMap<string, HostView>): readonly EventDraft[] {
    const events: EventDraft[] = []
    for (const [id, { record, tuning }] of hosts) {
      const problem = tuning?.problem ?? ''
      if (problem === (this.#told.get(id) ?? '')) continue
      if (problem === '') this.#told.delete(id)
      else {
        this.#told.set(id, problem)
        events.push({ level: 'warning', reason: 'ProfileUnclear', subject: `host/${record.name}`, message: problem })
      }
    }
    for (const id of this.#told.keys()) if (!hosts.has(id)) this.#told.delete(id)
    return events
  }
}
