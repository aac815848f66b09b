import type { Deployment, Revision, RevisionState } from '../model.ts'

/** What a revision is to its deployment now, for people: while a canary is on trial, it and the one it is compared with are named so. */
export const standingOf = ({ number, state }: Revision, { canary, targetRevision }: Deployment): RevisionState | 'canary' | 'stable' => {
  if (canary === undefined || state === 'failed') return state
  if (number === targetRevision) return 'canary'
  return number === canary.stableRevision ? 'stable' : state
}
