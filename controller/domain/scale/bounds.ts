/** Between how many and how many replicas an autoscaled deployment is, and what that means for people who set the number. Pure. */
import type { Autoscale } from '../spec/autoscale.ts'
import type { DeploymentSpec } from '../spec/schema.ts'
import { lastMomentOf, parseCron } from './cron.ts'

export interface Bounds {
  readonly min: number
  readonly max: number
  /** The schedule that raises min now, in words. */
  readonly schedule?: string | undefined
}

type Schedule = Autoscale['schedules'][number]

/** Between its last start and its next end. One that has never started does not hold. */
export const holdsAt = ({ start, end, timeZone }: Schedule, nowUnixMs: number): boolean => {
  const startCron = parseCron(start)
  const endCron = parseCron(end)
  if (!startCron.ok || !endCron.ok) return false
  const startedUnixMs = lastMomentOf(startCron.cron, timeZone, nowUnixMs)
  if (startedUnixMs === undefined) return false
  const endedUnixMs = lastMomentOf(endCron.cron, timeZone, nowUnixMs)
  return endedUnixMs === undefined || endedUnixMs < startedUnixMs
}

/** Of schedules that hold at once the largest counts. */
export const boundsAt = ({ min, max, schedules }: Autoscale, nowUnixMs: number): Bounds =>
  schedules
    .filter((schedule) => schedule.min > min && holdsAt(schedule, nowUnixMs))
    .reduce<Bounds>(
      (bounds, { start, end, timeZone, min: least }) =>
        least > bounds.min
          ? { min: Math.min(least, max), max, schedule: `at least ${least} from "${start}" to "${end}" ${timeZone}` }
          : bounds,
      { min, max },
    )

/** How many replicas a spec that is applied begins with: an autoscaled deployment goes on from where it is. */
export const startingReplicas = ({ replicas, autoscale }: DeploymentSpec, present: number | undefined): number =>
  autoscale === undefined ? replicas : Math.min(autoscale.max, Math.max(autoscale.min, present ?? replicas))

/** Why this number may not be set by hand; undefined when it may: the autoscaler then goes on from there. */
export const unscalable = (name: string, replicas: number, { min, max }: Autoscale): string | undefined =>
  replicas >= min && replicas <= max
    ? undefined
    : `deployment "${name}" is scaled by its load between ${min} and ${max} replicas, and ${replicas} is outside; change autoscale.min or autoscale.max of its spec, or remove autoscale`
