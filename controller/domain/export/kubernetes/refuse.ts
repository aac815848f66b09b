/** What of a deployment Kubernetes cannot do or does differently. Pure. */
import { imageOf } from '../../engine/replica-spec.ts'
import type { DeploymentSpec } from '../../spec/schema.ts'
import { isGang } from './gang.ts'

const labelValue = /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/

const unknownToKubernetes: readonly string[] = ['memberAddresses', 'interface', 'attempt']

const placeholdersOf = ({ engine, env }: DeploymentSpec): readonly string[] => [
  ...new Set(
    [...engine.command, ...engine.args, ...Object.values(env)].flatMap((text) =>
      [...text.matchAll(/\{\{\s*([A-Za-z]+)\s*\}\}/g)].map(([, name = '']) => name),
    ),
  ),
]

/** Why it cannot be exported at all, each with its field; empty when it can. */
export const obstacles = (spec: DeploymentSpec): readonly string[] => [
  ...(spec.runtime === 'exec'
    ? ['runtime: exec runs a program of the host; Kubernetes runs containers, so give an image and leave runtime out']
    : []),
  ...(spec.runtime === 'docker' && imageOf(spec) === '' ? ['image: a custom engine needs one'] : []),
  ...placeholdersOf(spec)
    .filter((name) => unknownToKubernetes.includes(name))
    .map(
      (name) =>
        `{{${name}}}: Kubernetes does not know it before the pods run; the pods of a gang have LWS_LEADER_ADDRESS, LWS_GROUP_SIZE and LWS_WORKER_INDEX`,
    ),
  ...Object.entries(spec.placement.labels)
    .filter(([, value]) => !labelValue.test(value))
    .map(([key, value]) => `placement.labels.${key}: "${value}" is no label value of Kubernetes (at most 63 letters, digits, . _ -)`),
]

/** What the documents do not carry over, for people to know. */
export const notCarriedOver = (spec: DeploymentSpec): readonly string[] => [
  ...(spec.placement.gpuModel === undefined
    ? []
    : [
        `placement.gpuModel ${spec.placement.gpuModel}: Kubernetes matches whole labels only; add nodeSelector nvidia.com/gpu.product with the exact name`,
      ]),
  ...(spec.placement.profile === undefined ? [] : [`placement.profile ${spec.placement.profile}: nothing tunes the nodes`]),
  ...(spec.update.canary === undefined ? [] : ['update.canary: all replicas are rolled, one after another']),
  ...(spec.priority === 0 ? [] : ['priority: give the pods a PriorityClass']),
  ...(spec.placement.groups === undefined
    ? []
    : ['placement.groups: nodes have none; give them a label and ask for it in placement.labels']),
  ...(isGang(spec) && spec.placement.antiAffinity.length > 0
    ? ['placement.antiAffinity: would keep the pods of one replica apart as well; add it to the pods by hand']
    : []),
  ...(spec.rateLimit === undefined ? [] : ['rateLimit: needs a gateway in front of the Service']),
  ...(spec.limits.tokensPerMinute === undefined ? [] : ['limits: need a gateway in front of the Service']),
  ...(spec.maxConcurrent === 0 ? [] : ['maxConcurrent and queue: the Service spreads connections, it holds no request back']),
  ...(spec.warmProbe.enabled ? ['warmProbe: the startup probe asks for health only, not for a completion'] : []),
  ...(spec.update.automaticRollback ? ['update.automaticRollback: a failed rollout stops and stays; kubectl rollout undo'] : []),
  ...(isGang(spec) ? ['RDMA between the nodes: give the pods their network devices (rdma/… in resources, or a second interface)'] : []),
  ...(spec.update.strategy === 'auto' && spec.update.maxSurge > 0
    ? ['update.strategy auto: without a spare GPU a rollout waits; there is no swap in place']
    : []),
  ...(spec.onPartition === 'stop' ? ['onPartition stop: a node that is cut off is tainted and its pods are deleted when it is back'] : []),
  ...(spec.onOOM === 'adjust' ? ['onOOM adjust: the engine is started again as it was'] : []),
  ...(spec.memlock === 'require'
    ? ['memlock: the limit is that of the container runtime on the nodes; RDMA needs LimitMEMLOCK=infinity there']
    : []),
]
