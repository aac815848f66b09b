/** Whether what is waited for has come. Pure. */
import type { Deployment } from '../view/deployment.ts'
import type { Fleet, Replica, RevisionEntry } from '../view/fleet.ts'
import { warningLines } from '../view/replicas.ts'

/** A revision that all replicas of a deployment should run. */
export interface Target {
  readonly deployment: string
  readonly revision: number
}

export type Outcome =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'ready'; readonly deployment: Deployment; readonly warnings: readonly string[] }
  | { readonly kind: 'failed'; readonly message: string; readonly runsRevision: number }
  | { readonly kind: 'superseded'; readonly runsRevision: number }
  | { readonly kind: 'paused' }
  /** The canary serves and waits for somebody to promote it. */
  | { readonly kind: 'canary'; readonly deployment: Deployment }
  | { readonly kind: 'deleted' }

const settledStates: ReadonlySet<string> = new Set(['ready', 'rolled-back', 'paused'])

const waiting: Outcome = { kind: 'waiting' }

const find = (target: Target, fleet: Fleet): Deployment | undefined => fleet.deployments.find(({ name }) => name === target.deployment)

/**
 * Counted from the replicas themselves: the state of a deployment is that of the controller's last pass, which may be older than
 * what was asked for a moment ago.
 */
const isComplete = (target: Target, fleet: Fleet, deployment: Deployment): boolean => {
  const running = fleet.replicas.filter((replica) => replica.deployment === target.deployment && replica.intent === 'run')
  return (
    running.length === deployment.replicasWanted &&
    running.every(({ revision, phase }) => revision === target.revision && phase === 'ready')
  )
}

/** Whether the view alone cannot tell: the verdict on a revision is in the deployment's history. */
export const needsVerdict = (target: Target, fleet: Fleet): boolean => {
  const deployment = find(target, fleet)
  return (
    deployment !== undefined &&
    (deployment.revision < target.revision || deployment.state === 'degraded' || deployment.state === 'rolled-back')
  )
}

/** @param verdict the target's entry in the history, when needsVerdict said so */
export const judge = (target: Target, fleet: Fleet, verdict?: RevisionEntry): Outcome => {
  const deployment = find(target, fleet)
  if (deployment === undefined || deployment.state === 'deleting') return { kind: 'deleted' }
  const runsRevision = deployment.revision
  if (verdict?.state === 'failed') return { kind: 'failed', message: verdict.message || deployment.message, runsRevision }
  if (deployment.state === 'failed') return { kind: 'failed', message: deployment.message, runsRevision }
  if (runsRevision !== target.revision) return { kind: 'superseded', runsRevision }
  const { canary } = deployment
  if (canary?.serving && canary.promote === 'manual' && deployment.state === 'canary') return { kind: 'canary', deployment }
  const complete = isComplete(target, fleet, deployment)
  if (complete && settledStates.has(deployment.state)) {
    const warnings = warningLines(fleet.replicas.filter((replica) => replica.deployment === target.deployment))
    return { kind: 'ready', deployment, warnings }
  }
  return deployment.state === 'paused' && !complete ? { kind: 'paused' } : waiting
}

const inTrouble = ({ phase, reason }: Replica): boolean =>
  reason !== '' || phase === 'failed' || phase === 'backoff' || phase === 'blocked' || phase === 'unhealthy'

/**
 * The replica that best shows what is wrong with the target, remembered from view to view: after a rollback it is gone, and only
 * the watcher still has its last words.
 */
export const worstReplica = (target: Target, fleet: Fleet, before: Replica | undefined): Replica | undefined => {
  const troubled = fleet.replicas.filter(
    (replica) => replica.deployment === target.deployment && replica.revision === target.revision && inTrouble(replica),
  )
  return troubled.find(({ lastLogLines }) => lastLogLines.length > 0) ?? (before?.lastLogLines.length ? before : (troubled[0] ?? before))
}
