import type { AlertInputs, HostSeries, Sample } from '../inputs.ts'
import { readings } from '../metric-series.ts'
import type { AlertRule } from '../rule.ts'
import { knownHosts } from './fleet.ts'
import { freshMs } from './host.ts'
import type { Signal } from './signal.ts'

/** Of a GPU whose memory somebody else than our replicas holds in earnest. */
const foreignShare = 0.5

const byUuid = (figures: HostSeries, name: string): ReadonlyMap<string, number> =>
  new Map(readings(figures, name).map(({ labels: [, uuid = ''], value }) => [uuid, value]))

/**
 * How full each GPU is whose memory is needed: the engine that holds it has its KV cache nearly full, or more than half of it is held by
 * processes that are not ours. An engine takes about 90 % when it starts and fills that later, so that the bare figure tells nothing; one that
 * does not tell its KV cache is left out rather than accused.
 */
const neededOf = (host: string, figures: HostSeries, rule: AlertRule): readonly Sample[] => {
  const { kvAbove } = rule
  const full = new Set(
    readings(figures, 'hostler_engine_kv_cache_usage_ratio').flatMap(({ labels: [, replica = ''], value }) =>
      value > kvAbove ? replica : [],
    ),
  )
  const others = readings(figures, 'hostler_gpu_replica_memory_used_bytes').some(({ labels, value }) => labels[3] === '' && value > 0)
  // So it is on nearly every host, and nothing more needs to be looked at.
  if (full.size === 0 && !others) return []
  const used = readings(figures, 'hostler_gpu_memory_used_bytes')
  const total = byUuid(figures, 'hostler_gpu_memory_total_bytes')
  const holders = readings(figures, 'hostler_gpu_replica_memory_used_bytes').map(
    ({ labels: [, uuid = '', deployment = '', replica = ''], value }) => ({ uuid, deployment, replica, held: value }),
  )
  return used.flatMap(({ labels: [gpu = '', uuid = ''], value }): Sample[] => {
    const size = total.get(uuid) ?? 0
    if (size <= 0) return []
    const mine = holders.filter((holder) => holder.uuid === uuid)
    const needs = mine.find(({ replica }) => replica !== '' && full.has(replica))
    const foreign = mine.find(({ replica, held }) => replica === '' && held > foreignShare * size)
    const cause = needs ?? foreign
    if (cause === undefined) return []
    const { deployment, replica } = cause
    return [{ labels: { host, gpu, uuid, deployment, replica }, value: value / size }]
  })
}

export const gpuSignals = {
  'gpu.memory-needed-ratio': {
    help: 'Memory in use of a GPU whose memory is really needed: the KV cache of its engine is filled beyond kvAbove, or others than our replicas hold more than half of it. What an engine only reserved does not count.',
    unit: 'ratio',
    labels: ['host', 'gpu', 'uuid', 'deployment', 'replica'],
    options: ['kvAbove'],
    observe: (inputs: AlertInputs, rule: AlertRule) => {
      const samples: Sample[] = []
      const stale = new Set<string>()
      for (const { record } of knownHosts(inputs)) {
        const figures = inputs.figures(record.id)
        if (figures && figures.ageMs <= freshMs) samples.push(...neededOf(record.name, figures, rule))
        else stale.add(record.name)
      }
      return { samples, isUnknown: ({ host = '' }) => stale.has(host) }
    },
    promql: ({ kvAbove }, where) => {
      const holders = 'hostler_gpu_replica_memory_used_bytes'
      const total = 'on (instance, gpu, uuid) hostler_gpu_memory_total_bytes'
      const needs = `(${holders}{replica!=""} and on (instance, deployment, replica) (hostler_engine_kv_cache_usage_ratio > ${kvAbove}))`
      const foreign = `(${holders}{replica=""} / ${total} > ${foreignShare})`
      const held = where === '' ? '' : ` and ${holders}${where}`
      return `((${needs} or ${foreign})${held}) * 0 + on (instance, gpu, uuid) group_left () (hostler_gpu_memory_used_bytes / ${total})`
    },
  },
} as const satisfies Record<string, Signal>
