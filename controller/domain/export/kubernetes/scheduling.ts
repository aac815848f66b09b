/** Which nodes may take a pod. Pure. */
import type { IAffinity } from 'kubernetes-models/v1/Affinity'
import type { INodeSelectorRequirement } from 'kubernetes-models/v1/NodeSelectorRequirement'
import type { IPodAffinityTerm } from 'kubernetes-models/v1/PodAffinityTerm'
import type { IPodAntiAffinity } from 'kubernetes-models/v1/PodAntiAffinity'
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec'
import type { IToleration } from 'kubernetes-models/v1/Toleration'
import { namedBy } from '../../placement/neighbours.ts'
import type { DeploymentSpec } from '../../spec/schema.ts'
import { isGang } from './gang.ts'
import { instanceLabel, selectorLabels } from './names.ts'

type Scheduling = Pick<IPodSpec, 'nodeSelector' | 'affinity' | 'tolerations' | 'topologySpreadConstraints'>

const hostname = 'kubernetes.io/hostname'

/** A card shows less than it is sold with; the label is in MiB, as GPU Feature Discovery reads it from the driver. */
const shownShare = 0.93

const requirements = ({ placement, resources }: DeploymentSpec): INodeSelectorRequirement[] => [
  ...(placement.hosts === undefined ? [] : [{ key: hostname, operator: 'In' as const, values: [...placement.hosts] }]),
  ...(resources.gpuMemoryMiB === 0 || resources.gpus === 0
    ? []
    : [{ key: 'nvidia.com/gpu.memory', operator: 'Gt' as const, values: [String(Math.ceil(resources.gpuMemoryMiB * shownShare) - 1)] }]),
]

type Term = DeploymentSpec['placement']['antiAffinity'][number]

const apartFrom = (term: Term, owner: string): IPodAffinityTerm => ({
  topologyKey: term.topologyKey === '' ? hostname : term.topologyKey,
  labelSelector: { matchExpressions: [{ key: instanceLabel, operator: 'In', values: [...namedBy(term, owner)] }] },
})

const antiAffinityOf = ({ name, placement }: DeploymentSpec): IPodAntiAffinity => {
  const required = placement.antiAffinity.filter(({ mode }) => mode === 'required').map((term) => apartFrom(term, name))
  const preferred = placement.antiAffinity.filter(({ mode }) => mode === 'preferred').map((term) => apartFrom(term, name))
  return {
    ...(required.length === 0 ? {} : { requiredDuringSchedulingIgnoredDuringExecution: required }),
    ...(preferred.length === 0
      ? {}
      : { preferredDuringSchedulingIgnoredDuringExecution: preferred.map((podAffinityTerm) => ({ weight: 100, podAffinityTerm })) }),
  }
}

const affinityOf = (spec: DeploymentSpec): IAffinity => {
  const matchExpressions = requirements(spec)
  return {
    ...(matchExpressions.length === 0
      ? {}
      : { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] } } }),
    // The pods of a gang carry one label and have to be near one another.
    ...(spec.placement.antiAffinity.length === 0 || isGang(spec) ? {} : { podAntiAffinity: antiAffinityOf(spec) }),
  }
}

/** Words and meaning are the same; nodes with GPUs are often tainted with the name of the resource. */
const tolerationsOf = ({ placement, resources }: DeploymentSpec): readonly IToleration[] => [
  ...(resources.gpus === 0 ? [] : [{ key: 'nvidia.com/gpu', operator: 'Exists', effect: 'NoSchedule' } as const]),
  ...placement.tolerations.map(
    ({ key, operator, value, effect }): IToleration => ({
      ...(key === undefined ? {} : { key }),
      operator,
      ...(value === undefined ? {} : { value }),
      ...(effect === undefined ? {} : { effect }),
    }),
  ),
]

export const schedulingOf = (spec: DeploymentSpec): Scheduling => {
  const { placement } = spec
  const [affinity, tolerations] = [affinityOf(spec), tolerationsOf(spec)]
  return {
    ...(Object.keys(placement.labels).length === 0 ? {} : { nodeSelector: { ...placement.labels } }),
    ...(Object.keys(affinity).length === 0 ? {} : { affinity }),
    ...(tolerations.length === 0 ? {} : { tolerations: [...tolerations] }),
    // The members of a gang are placed by its set.
    ...(placement.spread && !isGang(spec)
      ? {
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: hostname,
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: selectorLabels(spec) },
            },
          ],
        }
      : {}),
  }
}
