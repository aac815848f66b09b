import type { HostPresence } from '../domain/model.ts'

export interface LeaseSettings {
  readonly leaseMs: number
  /** After the lease and before replacements are started elsewhere. */
  readonly graceMs: number
}

/**
 * How present a host is, on the controller's monotonic clock. A host not yet heard of is given lease and grace from the controller's own start,
 * so that a controller that was away evicts nobody for its own absence. Pure.
 */
export const presenceOf = (
  lastHeardMs: number | undefined,
  startedMs: number,
  nowMs: number,
  { leaseMs, graceMs }: LeaseSettings,
): HostPresence => {
  const silentForMs = nowMs - (lastHeardMs ?? startedMs)
  if (silentForMs > leaseMs + graceMs) return 'lost'
  if (lastHeardMs === undefined) return 'unknown'
  return silentForMs > leaseMs ? 'silent' : 'connected'
}
