/** The smallest change that would give a replica a place, told from why each host refused. Pure. */
import { describeSize, formatSize } from '../../../shared/units/size.ts'
import { formatTaint, repellingTaint } from '../hosts/taints.ts'
import type { HostRejection } from '../model.ts'
import type { HostCapacity } from './capacity.ts'
import { refusalsOf, suitableGpus } from './filter.ts'
import { gpusPerHost, type PlacementRequest } from './request.ts'
import { untunedFor } from './tuned.ts'

export interface Refused {
  readonly rejection: HostRejection
  readonly capacity: HostCapacity
}

interface Suggestion {
  /** Smaller is easier. */
  readonly effort: number
  readonly text: string
}

/** Efforts by kind: undoing somebody's word comes before moving work, moving work before changing what is asked for, that before buying. */
const effortOf = { word: 0, label: 100, work: 200, spec: 400, repair: 600, hardware: 800 } as const

type Suggest = (refused: Refused, request: PlacementRequest) => Suggestion | undefined

const suggestFor: Readonly<Record<HostRejection['code'], Suggest>> = {
  cordoned: ({ rejection }) => ({ effort: effortOf.word, text: `hostler uncordon ${rejection.hostName}` }),
  taint: ({ rejection, capacity }, { spec }) => {
    const repelling = repellingTaint(capacity.host.record.taints, spec.placement.tolerations)
    return (
      repelling && {
        effort: effortOf.label,
        text: `tolerate the taint ${formatTaint(repelling)} of ${rejection.hostName} in placement.tolerations, or take it off the host`,
      }
    )
  },
  group: ({ rejection }, { spec }) => ({
    effort: effortOf.label,
    text: `put ${rejection.hostName} into the group ${spec.placement.groups?.join(' or ')}`,
  }),
  'anti-affinity': ({ rejection }) => ({
    effort: effortOf.spec,
    text: `set mode: preferred in the placement.antiAffinity that keeps it off ${rejection.hostName}, or join another host`,
  }),
  labels: ({ rejection }, { spec }) =>
    spec.placement.hosts !== undefined && !spec.placement.hosts.includes(rejection.hostName)
      ? { effort: effortOf.label, text: `add ${rejection.hostName} to placement.hosts` }
      : {
          effort: effortOf.label,
          text: `relax placement.labels, or set labels of ${rejection.hostName} so that it fits: a document of kind Host, or its agent's configuration`,
        },
  profile: ({ rejection, capacity }, { spec }) => {
    const untuned = untunedFor(spec.placement.profile ?? '', capacity.host)
    return {
      effort: untuned?.underWay ? effortOf.word : effortOf.label,
      text: untuned?.remedy ?? `see: hostler tune status ${rejection.hostName}`,
    }
  },
  'gpus-taken': ({ rejection, capacity }, { spec }) => {
    const needed = gpusPerHost(spec)
    const missing = needed - suitableGpus(capacity, spec).length
    const total = capacity.host.inventory?.gpus.length ?? 0
    if (total < needed) {
      return {
        effort: effortOf.spec + missing,
        text: `lower resources.gpus to ${total * spec.parallelism.hosts} (with parallelism to match), or join a host with ${needed} GPUs`,
      }
    }
    const whose = capacity.gpuHolders.slice(0, 3).join(', ')
    return {
      effort: effortOf.work + missing,
      text: `free ${missing} GPU${missing === 1 ? '' : 's'} on ${rejection.hostName} (held by ${whose}), or join a host with ${needed}`,
    }
  },
  memory: ({ rejection, capacity }, { spec }) => {
    const free = Math.max(0, capacity.freeMemoryMiB)
    const missing = spec.resources.memoryRequestMiB - free
    const lower = free > 0 ? `lower resources.memory.request to ${formatSize(Math.floor(free))}` : 'lower resources.memory.request'
    return { effort: effortOf.work + 50, text: `${lower}, or free ${describeSize(missing)} of memory on ${rejection.hostName}` }
  },
  port: ({ rejection }, { spec }) => ({
    effort: effortOf.work,
    text: `remove port ${spec.port} from the spec, so that ${rejection.hostName} can choose one`,
  }),
  'gpu-memory': ({ capacity }) => {
    const most = Math.max(0, ...(capacity.host.inventory?.gpus ?? []).map(({ memoryMiB }) => memoryMiB))
    return { effort: effortOf.spec + 50, text: `lower resources.gpuMemory to ${formatSize(most)}, or join a host with larger GPUs` }
  },
  'gpu-model': ({ capacity }) => ({
    effort: effortOf.spec,
    text: `allow the model ${capacity.host.inventory?.gpus[0]?.model ?? ''} in placement.gpuModel, or join a host that has the one asked for`,
  }),
  runtime: ({ rejection }) => ({ effort: effortOf.repair, text: `on ${rejection.hostName}: ${rejection.message}` }),
  'gpu-problem': ({ rejection }) => ({ effort: effortOf.repair, text: `repair the GPUs of ${rejection.hostName}: ${rejection.message}` }),
  silent: ({ rejection }) => ({ effort: effortOf.repair, text: `wait for ${rejection.hostName}, or see why its agent is silent` }),
  quarantined: ({ rejection }) => ({
    effort: effortOf.repair - 60,
    text: `repair the network of ${rejection.hostName}, then measure it again: hostler diagnose network`,
  }),
  blocked: ({ rejection }) => ({
    effort: effortOf.repair - 50,
    text: `see the replica's preflight on ${rejection.hostName}, then deploy again`,
  }),
  'model-path': ({ rejection }) => ({ effort: effortOf.repair, text: `put the model on ${rejection.hostName}` }),
  lost: ({ rejection }) => ({ effort: effortOf.repair + 50, text: `bring ${rejection.hostName} back` }),
  revoked: () => undefined,
  'no-gpus': (_refused, { spec }) => ({
    effort: effortOf.hardware,
    text: `join a host with ${countGpus(gpusPerHost(spec))}`,
  }),
  spread: () => undefined,
  'multi-host': () => undefined,
}

const joinHost = 'no host has joined; make a token with "hostler token create" and run the command that it prints on a GPU host'

const countGpus = (count: number): string => `${count} GPU${count === 1 ? '' : 's'}`

/** The easiest sum of changes after which the host takes the replica; undefined when no change would do. */
const suggestionFor = (one: Refused, request: PlacementRequest): Suggestion | undefined => {
  const { capacity, rejection } = one
  const refusals = refusalsOf(capacity, request)
  // What only shows beside other hosts is in the way of nothing else.
  if (refusals.length <= 1) return suggestFor[rejection.code](one, request)
  const each = refusals.map(([code, message]) => suggestFor[code]({ capacity, rejection: { ...rejection, code, message } }, request))
  const all = each.filter((suggestion) => suggestion !== undefined)
  if (all.length < each.length) return undefined
  return { effort: all.reduce((sum, { effort }) => sum + effort, 0), text: all.map(({ text }) => text).join('; and ') }
}

/** A refusal is of one host as it is and of one shape of request, and so is what would help. */
const suggestions = new WeakMap<Refused, Suggestion | undefined>()

/** So many of the easiest, the easiest first; of equally easy ones that of the host first by name. */
const easiest = (refused: readonly Refused[], request: PlacementRequest, most: number): readonly Suggestion[] => {
  const found: Suggestion[] = []
  for (const one of refused) {
    const suggestion = suggestions.has(one) ? suggestions.get(one) : suggestionFor(one, request)
    suggestions.set(one, suggestion)
    if (suggestion === undefined || (found.length === most && suggestion.effort >= (found.at(-1)?.effort ?? 0))) continue
    const place = found.findIndex(({ effort }) => effort > suggestion.effort)
    found.splice(place === -1 ? found.length : place, 0, suggestion)
    if (found.length > most) found.pop()
  }
  return found
}

/** One sentence. */
export const suggest = (refused: readonly Refused[], request: PlacementRequest): string =>
  easiest(refused, request, 1)[0]?.text ?? (refused.length === 0 ? joinHost : 'join another host')

/**
 * For a gang, which needs several hosts at once.
 * @param refused the hosts that cannot take a member
 * @param missing how many more hosts are needed than there are; 0: enough could take one, but not side by side
 * @param alone a host that would take all of the replica by itself
 */
export const suggestForGang = (
  refused: readonly Refused[],
  missing: number,
  alone: HostCapacity | undefined,
  request: PlacementRequest,
): string => {
  if (alone !== undefined) {
    const { gpus } = request.spec.resources
    return `set parallelism.hosts to 1: ${alone.host.record.name} has ${countGpus(gpus)} free by itself`
  }
  if (missing === 0) return 'repair the network between the hosts, then measure it again: hostler diagnose network'
  if (refused.length === 0 && missing === request.spec.parallelism.hosts) return joinHost
  const first = easiest(refused, request, missing)
  const rest = missing - first.length
  const join = rest === 0 ? [] : [`join ${rest === 1 ? 'another host' : `${rest} more hosts`} with ${countGpus(gpusPerHost(request.spec))}`]
  return [...first.map(({ text }) => text), ...join].join('; and ')
}
