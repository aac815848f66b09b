/** Which nodes may take a pod. Pure. */
import type { INodeSelectorRequirement } from 'kubernetes-models/v1/NodeSelectorRequirement'
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec'
import type { DeploymentSpec } from '../../spec/schema.ts'
import { isGang } from './gang.ts'
import { selectorLabels } from './names.ts'

type Scheduling = Pick<IPodSpec, 'nodeSelector' | 'affinity' | 'tolerations' | 'topologySpreadConstraints'>

/** A card shows less than it is sold with; the label is in MiB, as GPU Feature Discovery reads it from the driver. */
const shownShare = 0.93

const requirements = ({ placement, resources }: DeploymentSpec): INodeSelectorRequirement[] => [
  ...(placement.hosts === undefined ? [] : [{ key: 'kubernetes.io/hostname', operator: 'In' as const, values: [...placement.hosts] }]),
  ...(resources.gpuMemoryMiB === 0 || resources.gpus === 0
    ? []
    : [{ key: 'nvidia.com/gpu.memory', operator: 'Gt' as const, values: [String(Math.ceil(resources.gpuMemoryMiB * shownShare) - 1)] }]),
]

export const schedulingOf = (spec: DeploymentSpec): Scheduling => {
  const { placement, resources } = spec
  const matchExpressions = requirements(spec)
  return {
    ...(Object.keys(placement.labels).length === 0 ? {} : { nodeSelector: { ...placement.labels } }),
    ...(matchExpressions.length === 0
      ? {}
      : { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } } } }),
    ...(resources.gpus === 0 ? {} : { tolerations: [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' }] }),
    // The members of a gang are placed by its set.
    ...(placement.spread && !isGang(spec)
      ? {
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'kubernetes.io/hostname',
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: selectorLabels(spec) },
            },
          ],
        }
      : {}),
  }
}
