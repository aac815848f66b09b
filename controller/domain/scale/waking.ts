/** From no replica to the first that serves. Pure. */
import type { Deployment } from '../model.ts'
import type { DeploymentSpec } from '../spec/schema.ts'

/** What a first replica may take until it serves, ms; for so long requests are held for it. */
export const firstReplicaMs = ({ loadTimeoutMs, warmProbe }: DeploymentSpec): number => loadTimeoutMs + warmProbe.timeoutMs

/** Another number of replicas; one that had none is waking from now on. */
export const withReplicas = (deployment: Deployment, replicas: number, nowUnixMs: number): Deployment => {
  const changed = { ...awake(deployment), replicas }
  const wokenUnixMs = replicas === 0 ? undefined : deployment.replicas === 0 ? nowUnixMs : deployment.wokenUnixMs
  return wokenUnixMs === undefined ? changed : { ...changed, wokenUnixMs }
}

/** It has served since it was woken, or sleeps. */
export const awake = ({ wokenUnixMs: _, ...deployment }: Deployment): Deployment => deployment

/** It had no replica, none of those that it has been given has served yet, and they may still take as long. */
export const isWaking = ({ wokenUnixMs }: Deployment, spec: DeploymentSpec, nowUnixMs: number): boolean =>
  wokenUnixMs !== undefined && nowUnixMs >= wokenUnixMs && nowUnixMs - wokenUnixMs < firstReplicaMs(spec)
