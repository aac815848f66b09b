/** A deployment as documents of Kubernetes. Pure: the same spec always gives the same documents, in the same order. */
import { HostlerError } from '../../../../shared/errors/hostler-error.ts'
import type { DeploymentSpec } from '../../spec/schema.ts'
import { autoscalerOf } from './autoscaler.ts'
import { deploymentOf } from './deployment.ts'
import { disruptionBudgetOf } from './disruption-budget.ts'
import { isGang } from './gang.ts'
import { launchOf } from './launch.ts'
import { leaderLabels, leaderWorkerSetOf } from './leader-worker-set.ts'
import { apiKeyEntry, type ExportOptions, secretName, selectorLabels } from './names.ts'
import { podMonitorOf } from './pod-monitor.ts'
import { notCarriedOver, obstacles } from './refuse.ts'
import { serviceOf } from './service.ts'

export interface KubernetesDocument {
  readonly apiVersion: string
  readonly kind: string
}

export interface KubernetesExport {
  readonly documents: readonly KubernetesDocument[]
  /** What has to be there before they are applied. */
  readonly needs: readonly string[]
  /** What they do not carry over. */
  readonly notes: readonly string[]
}

/** Throws SPEC_INVALID with every field that Kubernetes has nothing for. */
export const exportKubernetes = (spec: DeploymentSpec, options: ExportOptions): KubernetesExport => {
  const problems = obstacles(spec)
  if (problems.length > 0)
    throw new HostlerError('SPEC_INVALID', `deployment ${spec.name} cannot be exported; nothing was written.\n  ${problems.join('\n  ')}`, {
      fields: { problems },
    })
  // Those that answer requests.
  const pods = isGang(spec) ? leaderLabels(spec) : selectorLabels(spec)
  const autoscaler = autoscalerOf(spec, options)
  const scaled = autoscaler.documents.length > 0
  const inNamespace = options.namespace === '' ? '' : `--namespace ${options.namespace} `
  return {
    documents: [
      isGang(spec) ? leaderWorkerSetOf(spec, options, scaled) : deploymentOf(spec, options, scaled),
      serviceOf(spec, options, pods),
      ...autoscaler.documents,
      disruptionBudgetOf(spec, options, pods),
      podMonitorOf(spec, options, pods),
    ],
    needs: [
      ...(launchOf(spec).apiKeyVariable === undefined
        ? []
        : [`kubectl ${inNamespace}create secret generic ${secretName(spec)} --from-literal=${apiKeyEntry}="$(openssl rand -hex 32)"`]),
      ...autoscaler.needs,
    ],
    notes: [...notCarriedOver(spec), ...autoscaler.notes],
  }
}
