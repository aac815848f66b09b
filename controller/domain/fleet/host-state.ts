/** What people see of a host in one word. Pure. */
import type { HostView } from '../model.ts'

export const hostStates = ['ready', 'cordoned', 'draining', 'drained', 'silent', 'lost', 'unknown'] as const
export type HostState = (typeof hostStates)[number]

/** What keeps it away from us counts before what was decided about it. */
export const hostState = ({ presence, record: { cordoned, drain } }: Pick<HostView, 'presence' | 'record'>): HostState => {
  if (presence !== 'connected') return presence
  if (drain !== undefined) return drain.doneUnixMs === undefined ? 'draining' : 'drained'
  return cordoned ? 'cordoned' : 'ready'
}
