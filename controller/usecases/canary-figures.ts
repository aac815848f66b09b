import type { CanaryFigures, CanarySide } from '../domain/rollout/trial.ts'
import type { Facts } from './facts.ts'
import type { TrafficFigures } from './traffic.ts'

const leastSpanMs = 1_000

/** The traffic of each canary that serves and of its stable revision, over the same stretch of its window. */
export const canaryFiguresOf = (facts: Facts, traffic: TrafficFigures, nowUnixMs: number): ReadonlyMap<string, CanaryFigures> => {
  const figures = new Map<string, CanaryFigures>()
  for (const { name, canary, targetRevision } of facts.deployments.values()) {
    if (canary === undefined || canary.servingSinceUnixMs === 0) continue
    const policy = facts.revisions.get(name)?.find(({ number }) => number === targetRevision)?.spec.update.canary
    if (policy === undefined) continue
    const spanMs = Math.min(policy.windowMs, Math.max(leastSpanMs, nowUnixMs - canary.servingSinceUnixMs))
    const side = (revision: number): CanarySide => {
      const window = traffic.window({ deployment: name, revision, spanMs })
      const { requests, errors, retried } = window
      return { requests, errors, retried, ttftMs: window.ttftMs(0.9), spanMs: Math.min(spanMs, window.spanMs) }
    }
    figures.set(name, { canary: side(targetRevision), stable: side(canary.stableRevision) })
  }
  return figures
}
