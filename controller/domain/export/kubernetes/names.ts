/** What all documents of one deployment have in common. Pure. */
import type { DeploymentSpec } from '../../spec/schema.ts'
import { isGang } from './gang.ts'

/** Where the export lands, which a deployment spec does not know. */
export interface ExportOptions {
  /** Empty: that of whoever applies it. */
  readonly namespace: string
  /** A PersistentVolumeClaim that holds the model under its own name. Empty: the model's path on the nodes. */
  readonly modelClaim: string
  /** Where KEDA asks. */
  readonly prometheusUrl: string
  /** PromQL that is above 0 while somebody asks for the model, by what stands in front of its pods. Empty: there is none. */
  readonly wakeQuery: string
}

/** What the container's port is called, so that nothing else has to know its number. */
export const portName = 'http'
/** The key of the Secret that holds the engine's API key. */
export const apiKeyEntry = 'api-key'

export const secretName = ({ name }: DeploymentSpec): string => `${name}-api-key`
/** Of the container, and of app.kubernetes.io/name. */
export const engineName = ({ engine, name }: DeploymentSpec): string => (engine.preset === 'custom' ? name : engine.preset)

export const instanceLabel = 'app.kubernetes.io/instance'

/** Never changes over the life of a deployment: selectors are immutable. */
export const selectorLabels = (spec: DeploymentSpec): Record<string, string> => ({
  'app.kubernetes.io/name': engineName(spec),
  [instanceLabel]: spec.name,
})

export const commonLabels = (spec: DeploymentSpec): Record<string, string> => ({
  ...selectorLabels(spec),
  'app.kubernetes.io/component': 'inference',
})

export const metadataOf = (spec: DeploymentSpec, { namespace }: ExportOptions) => ({
  name: spec.name,
  ...(namespace === '' ? {} : { namespace }),
  labels: commonLabels(spec),
})

/** What an autoscaler scales. */
export const targetOf = (spec: DeploymentSpec): { readonly apiVersion: string; readonly kind: string; readonly name: string } =>
  isGang(spec)
    ? { apiVersion: 'leaderworkerset.x-k8s.io/v1', kind: 'LeaderWorkerSet', name: spec.name }
    : { apiVersion: 'apps/v1', kind: 'Deployment', name: spec.name }

const units = [
  [1024 * 1024, 'Ti'],
  [1024, 'Gi'],
] as const

/** As people write it: 16384 is 16Gi, 1500 is 1500Mi. */
export const quantityOf = (sizeMiB: number): string => {
  const [factor, unit] = units.find(([size]) => sizeMiB >= size && sizeMiB % size === 0) ?? [1, 'Mi']
  return `${sizeMiB / factor}${unit}`
}

/** Kubernetes counts in whole seconds; nothing is cut short. */
export const secondsOf = (ms: number): number => Math.max(1, Math.ceil(ms / 1000))
