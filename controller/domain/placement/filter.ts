/** Why a host cannot take a replica; the first reason that holds, in the order a person would fix them. Pure. */
import type { GpuInfo } from '../../../shared/fleet/inventory.ts'
import { describeSize } from '../../../shared/units/size.ts'
import { formatTaint, repellingTaint } from '../hosts/taints.ts'
import type { HostRejection, HostView } from '../model.ts'
import type { HostCapacity } from './capacity.ts'
import { gpusPerHost, type PlacementRequest } from './request.ts'
import { untunedFor } from './tuned.ts'

/** The first protocol whose agents start a member of a gang once, and without a health path. */
const gangProtocol = 2

type Code = HostRejection['code']
type Refusal = readonly [code: Code, message: string]
type Filter = (capacity: HostCapacity, request: PlacementRequest) => Refusal | undefined

const presence: Filter = ({ host }) => {
  if (host.record.revoked) return ['revoked', 'its identity was revoked']
  if (host.presence === 'lost')
    return ['lost', 'has not been heard of for longer than lease and grace; its GPUs count as neither free nor used']
  if (host.presence === 'silent') return ['silent', 'has just gone silent']
  if (host.presence === 'unknown') return ['silent', 'has not reported since the controller started']
  if (host.inventory === undefined || !host.synced) return ['silent', 'has connected and has not reported everything yet']
  return undefined
}

const cordon: Filter = ({ host: { record } }) =>
  record.cordoned ? ['cordoned', record.drain === undefined ? 'is cordoned' : 'is being drained'] : undefined

const quarantine: Filter = ({ host }) => {
  if (host.quarantine !== undefined)
    return ['quarantined', `${host.quarantine.reason}, until ${new Date(host.quarantine.untilUnixMs).toISOString()}`]
  return undefined
}

const blocked: Filter = ({ host }, { avoidHostIds }) =>
  avoidHostIds.has(host.record.id) ? ['blocked', 'preflight refused this replica there before'] : undefined

const labels: Filter = ({ host }, { spec }) => {
  const { hosts, labels: wanted } = spec.placement
  if (hosts !== undefined && !hosts.includes(host.record.name)) return ['labels', 'is not among placement.hosts']
  for (const [key, value] of Object.entries(wanted)) {
    const seen = host.record.labels[key]
    if (seen !== value)
      return [
        'labels',
        seen === undefined ? `has no label ${key}, ${key}=${value} is needed` : `has ${key}=${seen}, ${key}=${value} is needed`,
      ]
  }
  return undefined
}

const group: Filter = ({ host }, { spec }) => {
  const { groups } = spec.placement
  if (groups === undefined || host.tuning?.groups.some((name) => groups.includes(name))) return undefined
  return ['group', `is not in ${groups.length === 1 ? 'the group' : 'one of the groups'} ${groups.join(', ')}`]
}

const taint: Filter = ({ host }, { spec }) => {
  const repelling = repellingTaint(host.record.taints, spec.placement.tolerations)
  return repelling && ['taint', `has the taint ${formatTaint(repelling)}, which the deployment does not tolerate`]
}

const runtime: Filter = ({ host }, { spec }) => {
  const found = host.inventory?.runtimes.find(({ name }) => name === spec.runtime)
  if (found === undefined) return ['runtime', `offers no runtime ${spec.runtime}`]
  return found.problem === '' ? undefined : ['runtime', `runtime ${spec.runtime}: ${found.problem}`]
}

const gpus: Filter = (capacity, { spec }) => {
  const needed = gpusPerHost(spec)
  if (needed === 0) return undefined
  const all = capacity.host.inventory?.gpus ?? []
  const problem = capacity.host.inventory?.gpuProblem ?? ''
  if (all.length === 0) return problem === '' ? ['no-gpus', 'has no GPU'] : ['gpu-problem', `its GPUs cannot be read: ${problem}`]
  const { gpuModel } = spec.placement
  const ofModel = all.filter((gpu) => isModel(gpu, gpuModel))
  if (ofModel.length < needed) {
    if (gpuModel !== undefined && all.length >= needed)
      return ['gpu-model', `has ${models(all)}, ${count(needed, 'GPU')} of model ${gpuModel} needed`]
    return ['gpus-taken', `has ${count(all.length, 'GPU')}, ${needed} needed`]
  }
  const large = ofModel.filter((gpu) => isLarge(gpu, spec.resources.gpuMemoryMiB))
  if (large.length < needed) {
    const most = Math.max(...ofModel.map(({ memoryMiB }) => memoryMiB))
    return [
      'gpu-memory',
      `${count(large.length, 'GPU')} with ${describeSize(spec.resources.gpuMemoryMiB)}, ${needed} needed; the largest has ${describeSize(most)}`,
    ]
  }
  const free = suitableGpus(capacity, spec)
  if (free.length >= needed) return undefined
  const holders = capacity.gpuHolders.slice(0, 4).join(', ')
  return [
    'gpus-taken',
    `${free.length} of ${count(large.length, 'GPU')} free, ${needed} needed; held by ${holders}${capacity.gpuHolders.length > 4 ? ', ...' : ''}`,
  ]
}

const memory: Filter = ({ freeMemoryMiB }, { spec }) => {
  const needed = spec.resources.memoryRequestMiB
  return needed > 0 && freeMemoryMiB < needed
    ? ['memory', `${describeSize(Math.max(0, freeMemoryMiB))} of memory free, ${describeSize(needed)} needed`]
    : undefined
}

const port: Filter = ({ takenPorts }, { spec }) =>
  spec.port !== 0 && takenPorts.has(spec.port) ? ['port', `another replica there has port ${spec.port}`] : undefined

const profile: Filter = ({ host }, { spec }) => {
  const required = spec.placement.profile
  const untuned = required === undefined ? undefined : untunedFor(required, host)
  return untuned && ['profile', untuned.message]
}

/** What keeps a host out of every gang; what keeps two apart is seen when hosts are put together. */
const gang: Filter = ({ host }, { spec, nowUnixMs }) => {
  if (spec.parallelism.hosts === 1) return undefined
  if ((host.protocol ?? gangProtocol) < gangProtocol)
    return ['runtime', 'has an agent that is too old to start a member of a gang; upgrade it']
  const found = (host.record.quarantines ?? []).find(({ peer, untilUnixMs }) => peer === '' && nowUnixMs < untilUnixMs)
  return found && ['quarantined', `may be in no gang: ${found.reason}, until ${new Date(found.untilUnixMs).toISOString()}`]
}

/** The profile comes late: whoever reads that a host only has to be tuned knows that the rest of it fits. */
const filters: readonly Filter[] = [presence, cordon, quarantine, labels, group, taint, runtime, gang, gpus, memory, port, profile, blocked]

/** Undefined when the host can take the replica. */
export const rejectionOf = (capacity: HostCapacity, request: PlacementRequest): HostRejection | undefined => {
  for (const filter of filters) {
    const refusal = filter(capacity, request)
    if (refusal !== undefined) return rejection(capacity.host, refusal)
  }
  return undefined
}

/** All that stands in the way, as far as it can be known of the host. */
export const refusalsOf = (capacity: HostCapacity, request: PlacementRequest): readonly Refusal[] => {
  const unknown = presence(capacity, request)
  if (unknown !== undefined) return [unknown]
  return filters.flatMap((filter) => {
    const refusal = filter(capacity, request)
    return refusal === undefined ? [] : [refusal]
  })
}

export const rejection = ({ record }: HostView, [code, message]: Refusal): HostRejection => ({
  hostId: record.id,
  hostName: record.name,
  code,
  message,
})

/** The free GPUs that are of the right model and large enough. */
export const suitableGpus = ({ freeGpus }: HostCapacity, spec: PlacementRequest['spec']): readonly GpuInfo[] =>
  freeGpus.filter((gpu) => isModel(gpu, spec.placement.gpuModel) && isLarge(gpu, spec.resources.gpuMemoryMiB))

const isModel = (gpu: GpuInfo, model: string | undefined): boolean =>
  model === undefined || gpu.model.toLowerCase().includes(model.toLowerCase())

/** A card shows less than it is sold with: ECC takes a sixteenth of GDDR6, and firmware keeps a little. An L40S of 48 GiB shows 44.99. */
const isLarge = (gpu: GpuInfo, needMiB: number): boolean => gpu.memoryMiB >= needMiB * 0.93

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`

const models = (all: readonly GpuInfo[]): string => [...new Set(all.map(({ model }) => model))].join(', ')
