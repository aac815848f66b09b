import { posix } from 'node:path'
import type { IVolume } from 'kubernetes-models/v1/Volume'
import type { IVolumeMount } from 'kubernetes-models/v1/VolumeMount'
import { mountPathOf } from '../../engine/replica-spec.ts'
import type { DeploymentSpec } from '../../spec/schema.ts'
import { type ExportOptions, quantityOf } from './names.ts'

interface Mounted {
  readonly volume: IVolume
  readonly mount: IVolumeMount
}

const modelOf = (spec: DeploymentSpec, { modelClaim }: ExportOptions): Mounted => {
  const mount: IVolumeMount = { name: 'model', mountPath: mountPathOf(spec), readOnly: true }
  if (modelClaim === '') return { volume: { name: 'model', hostPath: { path: spec.model.path } }, mount }
  return {
    volume: { name: 'model', persistentVolumeClaim: { claimName: modelClaim, readOnly: true } },
    mount: { ...mount, subPath: posix.basename(spec.model.path) },
  }
}

/** Kubernetes gives a container 64 MiB of /dev/shm; engines on several GPUs talk through it. */
const sharedMemoryOf = ({ resources }: DeploymentSpec): Mounted => ({
  volume: { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: quantityOf(resources.shmMiB) } },
  mount: { name: 'shm', mountPath: '/dev/shm' },
})

export const volumesOf = (spec: DeploymentSpec, options: ExportOptions): readonly Mounted[] => [
  ...(spec.model.path === '' ? [] : [modelOf(spec, options)]),
  ...(spec.resources.shmMiB === 0 ? [] : [sharedMemoryOf(spec)]),
]
