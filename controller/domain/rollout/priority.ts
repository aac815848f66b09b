/** Which deployment comes before which. Pure. */
import type { FleetDraft } from '../fleet/draft.ts'
import type { Deployment } from '../model.ts'
import { compareNames } from '../placement/names.ts'

/** That of the revision that is wanted, also for replicas of older ones. */
export const priorityOf = (draft: FleetDraft, name: string): number => {
  const deployment = draft.deployment(name)
  return (deployment && draft.revision(name, deployment.targetRevision)?.spec.priority) ?? 0
}

/** Higher priorities first, then in the order of their creation, so that a new one never takes a place that an older one waits for. */
export const inOrderOfPriority = (draft: FleetDraft): readonly Deployment[] =>
  [...draft.deployments]
    .map((deployment) => ({ deployment, priority: priorityOf(draft, deployment.name) }))
    .sort(
      (a, b) =>
        b.priority - a.priority ||
        a.deployment.createdUnixMs - b.deployment.createdUnixMs ||
        compareNames(a.deployment.name, b.deployment.name),
    )
    .map(({ deployment }) => deployment)
