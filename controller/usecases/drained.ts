import { isInTouch } from '../domain/fleet/readiness.ts'
import type { FleetPlan, HostView } from '../domain/model.ts'
import type { StoreChange } from '../store/store.ts'
import type { Facts } from './facts.ts'

/** Hosts that nothing is left on, each told once. Their own agent has to say so: of a host that is out of touch nobody knows. */
export const drainedChanges = (
  facts: Facts,
  views: ReadonlyMap<string, HostView>,
  drains: FleetPlan['drains'],
  nowUnixMs: number,
): readonly StoreChange[] =>
  [...drains].flatMap(([hostId, left]): readonly StoreChange[] => {
    const host = facts.hosts.get(hostId)
    if (host?.drain === undefined || host.drain.doneUnixMs !== undefined || left.length > 0 || !isInTouch(views.get(hostId))) return []
    const message = `no replica is left on it; to use it again: hostler uncordon ${host.name}`
    return [
      { kind: 'putHost', host: { ...host, drain: { ...host.drain, doneUnixMs: nowUnixMs } } },
      { kind: 'addEvent', event: { level: 'info', reason: 'HostDrained', subject: `host/${host.name}`, message }, atUnixMs: nowUnixMs },
    ]
  })
