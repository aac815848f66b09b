import type { Clock } from '../../../../shared/clock/clock.ts'
import { messageOf } from '../../../../shared/errors/hostler-error.ts'
import type { HostSpec, ReplicaSpec, ReplicaStatus } from '../../../../shared/fleet/replica.ts'
import type { Log } from '../../../../shared/log/log.ts'
import type { SetSeries } from '../../../../shared/metrics/series-table.ts'
import type { EngineConnections } from '../../engine-connections.ts'
import type { Collector } from '../collector.ts'
import { type EngineReading, type Reading, readEngine } from './read-engine.ts'
import { Recent } from './recent.ts'
import { scrape } from './scrape.ts'
import { type Distribution, distributions, type Scalar } from './vocabulary.ts'

const scalarNames = {
  running: 'hostler_engine_requests_running',
  waiting: 'hostler_engine_requests_waiting',
  kvCacheUsage: 'hostler_engine_kv_cache_usage_ratio',
  promptTokens: 'hostler_engine_prompt_tokens_total',
  generatedTokens: 'hostler_engine_generated_tokens_total',
  finished: 'hostler_engine_requests_finished_total',
  preemptions: 'hostler_engine_preemptions_total',
} as const satisfies Record<Scalar, string>

const distributionNames = {
  timeToFirstToken: 'hostler_engine_time_to_first_token_seconds',
  interTokenLatency: 'hostler_engine_inter_token_latency_seconds',
  duration: 'hostler_engine_request_duration_seconds',
} as const satisfies Record<Distribution, string>

interface Seen {
  readonly instanceId: string
  readonly recent: Readonly<Record<Distribution, Recent>>
  reading: EngineReading | undefined
  atMs: number | undefined
  tokensPerSecond: number | undefined
  up: boolean
  problem: string
}

const unseen = (instanceId: string): Seen => ({
  instanceId,
  recent: { timeToFirstToken: new Recent(), interTokenLatency: new Recent(), duration: new Recent() },
  reading: undefined,
  atMs: undefined,
  tokensPerSecond: undefined,
  up: false,
  problem: '',
})

export interface EngineCollectorOptions {
  readonly spec: () => HostSpec | undefined
  readonly statuses: () => ReadonlyMap<string, ReplicaStatus>
  readonly connections: EngineConnections
  readonly clock: Clock
  readonly log: Log
}

/** Engines answer from when they have loaded their model. */
const answering: ReadonlySet<string> = new Set(['probing', 'ready', 'unhealthy'])

/** Reads the metrics of every engine at once, each within 1.5 s. An engine that does not answer costs nothing but its own figures. */
export const engineCollector = ({ spec, statuses, connections, clock, log }: EngineCollectorOptions): Collector => {
  const known = new Map<string, Seen>()

  const look = async (replica: ReplicaSpec, seen: Seen, endpoint: string, signal: AbortSignal): Promise<void> => {
    try {
      const reading = readEngine(await scrape(connections, { endpoint, path: replica.metricsPath, apiKey: replica.apiKey }, signal))
      take(seen, reading, clock.monotonicMs())
    } catch (error) {
      if (signal.aborted) return
      const problem = messageOf(error)
      if (seen.problem === '') log.info("an engine's metrics cannot be read", { replica: replica.id, reason: problem })
      Object.assign(seen, { up: false, problem })
    }
  }

  const collect = async (signal: AbortSignal) => {
    const replicas: { readonly replica: ReplicaSpec; readonly seen: Seen }[] = []
    const looks: Promise<void>[] = []
    const current = statuses()
    for (const replica of spec()?.replicas ?? []) {
      const status = current.get(replica.id)
      if (!status || replica.metricsPath === '' || status.endpoint === '' || !answering.has(status.phase)) continue
      const before = known.get(replica.id)
      const seen = before?.instanceId === status.instanceId ? before : unseen(status.instanceId)
      known.set(replica.id, seen)
      replicas.push({ replica, seen })
      looks.push(look(replica, seen, status.endpoint, signal))
    }
    await Promise.all(looks)
    const living = new Set(replicas.map(({ replica }) => replica.id))
    for (const id of known.keys()) if (!living.has(id)) known.delete(id)
    return (set: SetSeries) => {
      for (const { replica, seen } of replicas) write(set, replica, seen, clock.monotonicMs())
    }
  }
  return { name: 'engines', everyMs: 0, collect }
}

const take = (seen: Seen, reading: EngineReading, nowMs: number): void => {
  const before = seen.reading?.scalars.generatedTokens
  const now = reading.scalars.generatedTokens
  const passedMs = nowMs - (seen.atMs ?? nowMs)
  seen.tokensPerSecond =
    before === undefined || now === undefined || now < before || passedMs <= 0 ? undefined : ((now - before) * 1000) / passedMs
  for (const name of distributions) {
    const distribution = reading.distributions[name]
    if (distribution) seen.recent[name].take(nowMs, distribution)
  }
  Object.assign(seen, { reading, atMs: nowMs, up: true, problem: '' })
}

const write = (set: SetSeries, replica: ReplicaSpec, seen: Seen, nowMs: number): void => {
  const labels = [replica.deployment, replica.id]
  set('hostler_engine_up', [...labels, seen.reading?.engine || replica.engine], seen.up)
  if (seen.atMs !== undefined) set('hostler_engine_sample_age_seconds', labels, (nowMs - seen.atMs) / 1000)
  const { reading } = seen
  // What an engine said before it fell silent is not what it does now.
  if (!reading || !seen.up) return
  for (const [ours, name] of Object.entries(scalarNames)) set(name, labels, reading.scalars[ours as Scalar])
  set('hostler_engine_tokens_per_second', labels, seen.tokensPerSecond)
  for (const ours of distributions) {
    const distribution = reading.distributions[ours]
    if (distribution) writeHistogram(set, distributionNames[ours], labels, distribution)
  }
  const { timeToFirstToken: first, interTokenLatency: between } = reading.distributions
  if (first) {
    set('hostler_engine_time_to_first_token_p50_seconds', labels, seen.recent.timeToFirstToken.quantile(0.5, first))
    set('hostler_engine_time_to_first_token_p95_seconds', labels, seen.recent.timeToFirstToken.quantile(0.95, first))
  }
  if (between) {
    const recent = seen.recent.interTokenLatency
    set(
      'hostler_engine_inter_token_latency_p50_seconds',
      labels,
      between.buckets.size === 0 ? recent.mean(between) : recent.quantile(0.5, between),
    )
    set('hostler_engine_inter_token_latency_p95_seconds', labels, recent.quantile(0.95, between))
  }
}

const writeHistogram = (
  set: SetSeries,
  name: (typeof distributionNames)[Distribution],
  labels: readonly string[],
  reading: Reading,
): void => {
  for (const [le, count] of reading.buckets) set(`${name}_bucket`, [...labels, le], count)
  set(`${name}_bucket`, [...labels, '+Inf'], reading.count)
  set(`${name}_sum`, labels, reading.sum)
  set(`${name}_count`, labels, reading.count)
}
