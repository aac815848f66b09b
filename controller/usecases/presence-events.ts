import type { EventDraft, HostPresence, HostView } from '../domain/model.ts'

const told: Partial<Record<HostPresence, (name: string) => EventDraft>> = {
  connected: (name) => ({ level: 'info', reason: 'HostInTouch', subject: `host/${name}`, message: `${name} is in touch` }),
  silent: (name) => ({
    level: 'warning',
    reason: 'HostSilent',
    subject: `host/${name}`,
    message: `${name} has been silent for longer than its lease: no new requests go to its replicas`,
  }),
  lost: (name) => ({
    level: 'error',
    reason: 'HostLost',
    subject: `host/${name}`,
    message: `${name} has been silent for longer than lease and grace: its replicas are placed elsewhere`,
  }),
}

/** What changed in the presence of hosts since the last pass, for people. A host that is only just known is told of when it joins. */
export class PresenceEvents {
  readonly #seen = new Map<string, HostPresence>()

  /** Whether `next` would see a change. */
  differ(presences: Iterable<readonly [id: string, presence: HostPresence]>): boolean {
    for (const [id, presence] of presences) if (this.#seen.get(id) !== presence) return true
    return false
  }

  next(hosts: ReadonlyMap<string, HostView>): readonly EventDraft[] {
    const events: EventDraft[] = []
    for (const [id, { presence, record }] of hosts) {
      const before = this.#seen.get(id)
      this.#seen.set(id, presence)
      if (before === undefined || before === presence || record.revoked) continue
      // The first word after a start of the controller is no news.
      if (before === 'unknown' && presence === 'connected') continue
      const event = told[presence]?.(record.name)
      if (event) events.push(event)
    }
    for (const id of this.#seen.keys()) if (!hosts.has(id)) this.#seen.delete(id)
    return events
  }
}
