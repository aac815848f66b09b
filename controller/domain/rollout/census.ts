/** The replicas of one deployment, counted the way a rollout needs them. Pure. */
import type { FleetDraft } from '../fleet/draft.ts'
import { isLeaving } from '../fleet/leaving.ts'
import { isReady } from '../fleet/readiness.ts'
import type { Assignment, Deployment, Revision } from '../model.ts'

export interface Census {
  readonly deployment: Deployment
  readonly target: Revision
  /** How many there should be. */
  readonly want: number
  /** Starting or serving, of any revision. */
  readonly live: readonly Assignment[]
  /** Of the target revision. */
  readonly fresh: readonly Assignment[]
  /** Of any other. */
  readonly old: readonly Assignment[]
  readonly draining: readonly Assignment[]
  /** Told to go and not gone: their GPUs are about to be free. */
  readonly stopping: readonly Assignment[]
  /** Without those of a deleted deployment of the same name. */
  readonly lost: readonly Assignment[]
  readonly isReady: (assignment: Assignment) => boolean
  /** Its host is to be left. */
  readonly isLeaving: (assignment: Assignment) => boolean
}

/** Undefined when the target revision is not there, which a whole store never shows. */
export const censusOf = (draft: FleetDraft, name: string): Census | undefined => draft.remember(name, censusOf, () => count(draft, name))

const count = (draft: FleetDraft, name: string): Census | undefined => {
  const deployment = draft.deployment(name)
  const target = deployment && draft.revision(name, deployment.targetRevision)
  if (deployment === undefined || target === undefined) return undefined
  const all = draft.assignmentsOf(name)
  const live = all.filter(({ stage }) => stage === 'starting' || stage === 'serving')
  return {
    deployment,
    target,
    want: deployment.deleting ? 0 : deployment.replicas,
    live,
    fresh: live.filter(({ revision }) => revision === target.number),
    old: live.filter(({ revision }) => revision !== target.number),
    draining: all.filter(({ stage }) => stage === 'draining'),
    stopping: all.filter(({ stage }) => stage === 'stopping'),
    lost: all.filter(({ stage, createdUnixMs }) => stage === 'lost' && createdUnixMs >= deployment.createdUnixMs),
    isReady: (assignment) => isReady(assignment, draft.state),
    isLeaving: (assignment) => isLeaving(assignment, draft.state),
  }
}

/** The order in which replicas are let go: those that serve nobody first, then by the order given. */
export const unreadyFirst = (census: Census, replicas: readonly Assignment[]): readonly Assignment[] => [
  ...replicas.filter((replica) => !census.isReady(replica)),
  ...replicas.filter((replica) => census.isReady(replica)),
]

export const leavingFirst = (census: Census, replicas: readonly Assignment[]): readonly Assignment[] => [
  ...replicas.filter(census.isLeaving),
  ...replicas.filter((replica) => !census.isLeaving(replica)),
]

/** Oldest first; ids of one deployment end in a growing number. */
export const byAge = (replicas: readonly Assignment[]): readonly Assignment[] =>
  replicas.toSorted((a, b) => a.createdUnixMs - b.createdUnixMs || ordinal(a) - ordinal(b))

const ordinal = ({ id }: Assignment): number => Number(id.slice(id.lastIndexOf('-') + 1))
