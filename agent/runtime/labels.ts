import type { InstanceIdentity } from './runtime.ts'

/** Container labels. They are read by later versions of the agent, so names never change; new ones must have a default. */
export const label = {
  host: 'hostler.host',
  deployment: 'hostler.deployment',
  revision: 'hostler.revision',
  replica: 'hostler.replica',
  generation: 'hostler.generation',
  address: 'hostler.address',
  port: 'hostler.port',
  specHash: 'hostler.spec-hash',
  gpus: 'hostler.gpus',
  stopGraceMs: 'hostler.stop-grace-ms',
} as const

export const labelsOf = (identity: InstanceIdentity): Record<string, string> => ({
  [label.host]: identity.hostId,
  [label.deployment]: identity.deployment,
  [label.revision]: String(identity.revision),
  [label.replica]: identity.replicaId,
  [label.generation]: String(identity.generation),
  [label.address]: identity.address,
  [label.port]: String(identity.port),
  [label.specHash]: identity.specHash,
  [label.gpus]: identity.gpuUuids.join(','),
  [label.stopGraceMs]: String(identity.stopGraceMs),
})

const defaultStopGraceMs = 30_000

const wholeNumber = (text: string | undefined, otherwise: number): number => {
  const value = Number(text ?? '')
  return text && Number.isSafeInteger(value) && value >= 0 ? value : otherwise
}

/** undefined: these labels are not of an instance of ours. */
export const identityOf = (labels: Readonly<Record<string, string>>): InstanceIdentity | undefined => {
  const hostId = labels[label.host]
  const replicaId = labels[label.replica]
  if (!hostId || !replicaId) return undefined
  return {
    hostId,
    replicaId,
    deployment: labels[label.deployment] ?? '',
    revision: wholeNumber(labels[label.revision], 0),
    generation: wholeNumber(labels[label.generation], 0),
    address: labels[label.address] ?? '',
    port: wholeNumber(labels[label.port], 0),
    specHash: labels[label.specHash] ?? '',
    gpuUuids: (labels[label.gpus] ?? '').split(',').filter((uuid) => uuid !== ''),
    stopGraceMs: wholeNumber(labels[label.stopGraceMs], defaultStopGraceMs),
  }
}
