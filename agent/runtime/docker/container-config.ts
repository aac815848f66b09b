import type { ContainerCreateOptions, DeviceRequest } from 'dockerode'
import type { RuntimeInfo } from '../../../shared/fleet/inventory.ts'
import { labelsOf } from '../labels.ts'
import { fillSpec } from '../placeholders.ts'
import type { LaunchRequest } from '../runtime.ts'

export interface ContainerFeatures {
  readonly gpuRequests: RuntimeInfo['gpuRequests']
  readonly cdiDevices: RuntimeInfo['cdiDevices']
  /** Whether the container asks for an unlimited memlock limit. */
  readonly memlock: boolean
  /** Whether the engine can put an init process before the engine's own. */
  readonly init: boolean
  /** Of the namespaces that the container has for itself; the network is the host's. */
  readonly sysctls: Readonly<Record<string, string>>
}

const bytes = (mib: number): number => mib * 1024 * 1024

const cdiName = (uuid: string): string => `nvidia.com/gpu=${uuid}`

const gpuDevices = (uuids: readonly string[], features: ContainerFeatures): DeviceRequest[] => {
  if (uuids.length === 0) return []
  if (features.gpuRequests) return [{ Driver: 'nvidia', DeviceIDs: [...uuids], Capabilities: [['gpu']] }]
  if (uuids.every((uuid) => features.cdiDevices.includes(cdiName(uuid)))) return [{ Driver: 'cdi', DeviceIDs: uuids.map(cdiName) }]
  return []
}

/** Engines accept letters, digits, and `_.-`; the name itself keeps a second container of one replica from being made. */
export const containerName = (hostId: string, replicaId: string): string =>
  `hostler-${hostId}-${replicaId}`.replaceAll(/[^a-zA-Z0-9_.-]/g, '-')

/** The container of a replica, as the Docker Engine API takes it. Pure. */
export const containerConfig = (request: LaunchRequest, features: ContainerFeatures): ContainerCreateOptions => {
  const { identity, spec } = request
  const mounted = spec.modelPath !== ''
  const filled = fillSpec(spec, {
    address: identity.address,
    port: identity.port,
    apiKey: spec.apiKey,
    modelPath: mounted ? spec.mountPath : '',
  })
  const env = {
    ...(mounted ? { MODEL_PATH: spec.mountPath } : {}),
    ...filled.env,
    // An empty list hides every GPU where the NVIDIA runtime is the default one; `void` is its word for that.
    NVIDIA_VISIBLE_DEVICES: spec.gpuUuids.length > 0 ? spec.gpuUuids.join(',') : 'void',
  }
  return {
    name: containerName(identity.hostId, identity.replicaId),
    Image: spec.image,
    ...(filled.command.length > 0 ? { Entrypoint: [...filled.command] } : {}),
    Cmd: [...filled.args],
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Labels: labelsOf(identity),
    StopSignal: 'SIGTERM',
    HostConfig: {
      NetworkMode: 'host',
      Init: features.init,
      // The agent restarts engines itself, with backoff and a reason.
      RestartPolicy: { Name: 'no' },
      SecurityOpt: ['no-new-privileges'],
      ...(features.memlock ? { Ulimits: [{ Name: 'memlock', Soft: -1, Hard: -1 }] } : {}),
      ...(Object.keys(features.sysctls).length > 0 ? { Sysctls: { ...features.sysctls } } : {}),
      ...(spec.shmMiB > 0 ? { ShmSize: bytes(spec.shmMiB) } : {}),
      ...(spec.memoryRequestMiB > 0 ? { MemoryReservation: bytes(spec.memoryRequestMiB) } : {}),
      // The same limit with swap: an engine that swaps is worse than one that is killed and says so.
      ...(spec.memoryLimitMiB > 0 ? { Memory: bytes(spec.memoryLimitMiB), MemorySwap: bytes(spec.memoryLimitMiB) } : {}),
      ...(mounted ? { Mounts: [{ Type: 'bind' as const, Source: spec.modelPath, Target: spec.mountPath, ReadOnly: true }] } : {}),
      DeviceRequests: gpuDevices(spec.gpuUuids, features),
      LogConfig: { Type: 'json-file', Config: { 'max-size': '32m', 'max-file': '2' } },
    },
  }
}
