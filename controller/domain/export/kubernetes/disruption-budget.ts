import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import type { DeploymentSpec } from '../../spec/schema.ts'
import { type ExportOptions, metadataOf } from './names.ts'

/**
 * One at a time, or as many as an update may take away. Never 0, which would block the drain of a node for ever. Pods that are ill
 * may always be evicted.
 */
export const disruptionBudgetOf = (
  spec: DeploymentSpec,
  options: ExportOptions,
  matchLabels: Readonly<Record<string, string>>,
): IPodDisruptionBudget => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: metadataOf(spec, options),
  spec: {
    maxUnavailable: Math.max(1, spec.update.maxUnavailable),
    selector: { matchLabels: { ...matchLabels } },
    unhealthyPodEvictionPolicy: 'AlwaysAllow',
  },
})
