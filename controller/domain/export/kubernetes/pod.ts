/** The pod of a replica, or of a member of one that spans nodes. Pure. */
import type { IContainer } from 'kubernetes-models/v1/Container'
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec'
import type { IResourceRequirements } from 'kubernetes-models/v1/ResourceRequirements'
import { imageOf } from '../../engine/replica-spec.ts'
import type { DeploymentSpec } from '../../spec/schema.ts'
import { drainOf, gracePeriodSeconds } from './drain.ts'
import type { Role } from './gang.ts'
import { launchOf, portOf } from './launch.ts'
import { commonLabels, type ExportOptions, engineName, portName, quantityOf, secondsOf } from './names.ts'
import { probesOf } from './probes.ts'
import { schedulingOf } from './scheduling.ts'
import { volumesOf } from './volumes.ts'

const pullPolicies = { missing: 'IfNotPresent', always: 'Always', never: 'Never' } as const

const resourcesOf = ({ resources, parallelism }: DeploymentSpec): IResourceRequirements => {
  const { memoryRequestMiB, memoryLimitMiB } = resources
  const gpus = resources.gpus / parallelism.hosts
  return {
    ...(memoryRequestMiB === 0 ? {} : { requests: { memory: quantityOf(memoryRequestMiB) } }),
    // Extended resources are requested by their limit.
    limits: {
      ...(memoryLimitMiB === 0 ? {} : { memory: quantityOf(memoryLimitMiB) }),
      ...(gpus === 0 ? {} : { 'nvidia.com/gpu': String(gpus) }),
    },
  }
}

/** Probes, ports and drains are those of what answers requests. */
const servingOf = (spec: DeploymentSpec): Partial<IContainer> => ({
  ports: [{ name: portName, containerPort: portOf(spec), protocol: 'TCP' }],
  ...probesOf(spec),
  lifecycle: drainOf(spec),
})

const containerOf = (spec: DeploymentSpec, options: ExportOptions, role: Role): IContainer => {
  const { command, args, env } = launchOf(spec, role)
  const mounts = volumesOf(spec, options).map(({ mount }) => mount)
  return {
    name: engineName(spec),
    image: imageOf(spec),
    imagePullPolicy: pullPolicies[spec.pull],
    ...(command.length === 0 ? {} : { command: [...command] }),
    ...(args.length === 0 ? {} : { args: [...args] }),
    ...(env.length === 0 ? {} : { env: [...env] }),
    resources: resourcesOf(spec),
    ...(role === 'leader' ? servingOf(spec) : {}),
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'], ...(spec.memlock === 'require' ? { add: ['IPC_LOCK'] } : {}) },
    },
    ...(mounts.length === 0 ? {} : { volumeMounts: mounts }),
  }
}

/** @param role a replica on one node is its own leader */
export const podOf = (spec: DeploymentSpec, options: ExportOptions, role: Role = 'leader'): IPodTemplateSpec => {
  const volumes = volumesOf(spec, options).map(({ volume }) => volume)
  return {
    metadata: { labels: commonLabels(spec) },
    spec: {
      automountServiceAccountToken: false,
      // A Service of an engine's name would set variables that the engine reads, such as VLLM_PORT.
      enableServiceLinks: false,
      terminationGracePeriodSeconds: role === 'leader' ? gracePeriodSeconds(spec) : secondsOf(spec.stopGraceMs),
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      ...schedulingOf(spec),
      containers: [containerOf(spec, options, role)],
      ...(volumes.length === 0 ? {} : { volumes }),
    },
  }
}
