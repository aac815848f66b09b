/** The replicas of one deployment, counted the way a rollout needs them. Pure. */
import type { FleetDraft } from '../fleet/draft.ts'
import { isLeaving } from '../fleet/leaving.ts'
import { isReady } from '../fleet/readiness.ts'
import type { Assignment, Deployment, Revision } from '../model.ts'
import type { Canary } from './trial.ts'

export interface Census {
  readonly deployment: Deployment
  readonly target: Revision
  /** How many there should be. */
  readonly want: number
  /** How many of them of the target revision: all, unless it is a canary. */
  readonly wantFresh: number
  readonly canary?: CanaryCensus | undefined
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

interface CanaryCensus {
  readonly state: Canary
  readonly policy: NonNullable<Revision['spec']['update']['canary']>
  readonly stable: Revision
  /** How many replicas it is to have; never all of them. */
  readonly count: number
}

const canaryOf = (draft: FleetDraft, { canary: state, name, replicas }: Deployment, target: Revision): CanaryCensus | undefined => {
  const policy = target.spec.update.canary
  const stable = state && draft.revision(name, state.stableRevision)
  if (state === undefined || policy === undefined || stable === undefined || stable.number === target.number) return undefined
  return { state, policy, stable, count: Math.min(policy.replicas, Math.max(0, replicas - 1)) }
}

/** Undefined when the target revision is not there, which a whole store never shows. */
export const censusOf = (draft: FleetDraft, name: string): Census | undefined => draft.remember(name, censusOf, () => count(draft, name))

const count = (draft: FleetDraft, name: string): Census | undefined => {
  const deployment = draft.deployment(name)
  const target = deployment && draft.revision(name, deployment.targetRevision)
  if (deployment === undefined || target === undefined) return undefined
  const all = draft.assignmentsOf(name)
  const want = deployment.deleting ? 0 : deployment.replicas
  const canary = deployment.deleting ? undefined : canaryOf(draft, deployment, target)
  const live = all.filter(({ stage }) => stage === 'starting' || stage === 'serving')
  return {
    deployment,
    target,
    want,
    wantFresh: canary === undefined ? want : canary.count,
    canary,
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

/** Of the old ones, those that the rollout replaces first: what a canary is not compared with goes before what it is. */
export const oldestFirst = ({ old, canary }: Census): readonly Assignment[] => {
  const stays = ({ revision }: Assignment) => revision === canary?.stable.number
  return [...byAge(old.filter((one) => !stays(one))), ...byAge(old.filter(stays))]
}

const staying = ({ isLeaving }: Census, replicas: readonly Assignment[]): number => replicas.filter((one) => !isLeaving(one)).length

/**
 * How many of the old ones are to go: all, or those whose place a canary takes. While replicas leave their hosts a canary takes no place that
 * it does not have: what stands in for them is not to go again.
 */
export const excessOld = (census: Census): number => {
  const { canary, want, wantFresh, live, fresh, old, isLeaving } = census
  if (canary === undefined) return old.length
  return Math.max(0, staying(census, old) - (want - (live.some(isLeaving) ? staying(census, fresh) : wantFresh)))
}

/** How many there are too few beside a canary that has all its replicas. */
export const missingOfShare = (census: Census): number => census.want - census.wantFresh - staying(census, census.old)

/** The same while the canary is not whole: what has to serve is stood in for. */
export const missingOld = (census: Census): number => {
  const { target, want, fresh, old } = census
  return Math.max(missingOfShare(census), want - target.spec.update.maxUnavailable - staying(census, fresh) - staying(census, old))
}

/** Oldest first; ids of one deployment end in a growing number. */
export const byAge = (replicas: readonly Assignment[]): readonly Assignment[] =>
  replicas.toSorted((a, b) => a.createdUnixMs - b.createdUnixMs || ordinal(a) - ordinal(b))

const ordinal = ({ id }: Assignment): number => Number(id.slice(id.lastIndexOf('-') + 1))
