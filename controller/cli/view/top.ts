/** What `hostler top` shows: who works how hard right now. Shapes of `-o json`, documented in docs/cli.md. */
import type { Figure, HostFigures } from '../link/metrics.ts'
import type { Deployment } from './deployment.ts'
import type { Fleet } from './fleet.ts'

export type Maybe = number | undefined

export interface TopHost {
  readonly host: string
  readonly state: string
  /** Of the figures; absent where there are none. */
  readonly ageMs: Maybe
  readonly cpuRatio: Maybe
  readonly memoryAvailableBytes: Maybe
  readonly memoryTotalBytes: Maybe
  readonly load1: Maybe
  readonly gpus: number
  readonly gpuUtilizationRatio: Maybe
  readonly gpuMemoryUsedBytes: Maybe
  readonly gpuMemoryTotalBytes: Maybe
  readonly gpuPowerWatts: Maybe
  readonly requestsRunning: Maybe
  readonly requestsWaiting: Maybe
  readonly tokensPerSecond: Maybe
}

export interface TopGpu {
  readonly host: string
  readonly gpu: string
  readonly uuid: string
  readonly ageMs: Maybe
  readonly utilizationRatio: Maybe
  readonly memoryUsedBytes: Maybe
  readonly memoryTotalBytes: Maybe
  readonly powerWatts: Maybe
  readonly powerLimitWatts: Maybe
  readonly temperatureCelsius: Maybe
  readonly smClockHertz: Maybe
  /** Reasons for lower clocks, but for idleness and the power cap. */
  readonly throttled: readonly string[]
  readonly replica: string
}

export interface TopReplica {
  readonly replica: string
  readonly deployment: string
  readonly host: string
  readonly phase: string
  readonly ageMs: Maybe
  readonly requestsRunning: Maybe
  readonly requestsWaiting: Maybe
  readonly kvCacheUsageRatio: Maybe
  readonly timeToFirstTokenP50Seconds: Maybe
  readonly timeToFirstTokenP95Seconds: Maybe
  readonly interTokenLatencyP50Seconds: Maybe
  readonly tokensPerSecond: Maybe
  readonly memoryWorkingSetBytes: Maybe
  readonly restarts: Maybe
}

/** Over the last minute. */
export interface TopDeployment {
  readonly deployment: string
  readonly state: string
  readonly replicasReady: number
  readonly replicasWanted: number
  readonly spanMs: Maybe
  readonly requestsPerSecond: Maybe
  /** How many, in the span. */
  readonly errors: Maybe
  readonly refused: Maybe
  readonly ttftP50Seconds: Maybe
  readonly ttftP99Seconds: Maybe
  readonly inFlight: Maybe
  readonly waiting: Maybe
  readonly tokensPerSecond: Maybe
}

/** Figures of one host, to be asked by name and labels. */
class Asked {
  readonly #byName = new Map<string, Figure[]>()

  constructor(figures: readonly Figure[]) {
    for (const figure of figures) {
      const same = this.#byName.get(figure.name)
      if (same) same.push(figure)
      else this.#byName.set(figure.name, [figure])
    }
  }

  all(name: string, labels: Readonly<Record<string, string>> = {}): readonly Figure[] {
    const wanted = Object.entries(labels)
    return (this.#byName.get(name) ?? []).filter((figure) => wanted.every(([label, value]) => figure.labels[label] === value))
  }

  one(name: string, labels: Readonly<Record<string, string>> = {}): Maybe {
    return this.all(name, labels)[0]?.value
  }

  sum(name: string): Maybe {
    const figures = this.all(name)
    return figures.length === 0 ? undefined : figures.reduce((total, { value }) => total + value, 0)
  }
}

export const topHosts = (fleet: Pick<Fleet, 'hosts'>, told: readonly HostFigures[]): readonly TopHost[] =>
  fleet.hosts.map(({ name, state }) => {
    const figures = told.find(({ host }) => host === name)
    const asked = new Asked(figures?.figures ?? [])
    const gpus = asked.all('hostler_gpu_utilization_ratio')
    return {
      host: name,
      state,
      ageMs: figures?.ageMs,
      cpuRatio: asked.one('hostler_host_cpu_utilization_ratio'),
      memoryAvailableBytes: asked.one('hostler_host_memory_available_bytes'),
      memoryTotalBytes: asked.one('hostler_host_memory_total_bytes'),
      load1: asked.one('hostler_host_load1'),
      gpus: asked.one('hostler_gpus') ?? 0,
      gpuUtilizationRatio: gpus.length === 0 ? undefined : gpus.reduce((total, { value }) => total + value, 0) / gpus.length,
      gpuMemoryUsedBytes: asked.sum('hostler_gpu_memory_used_bytes'),
      gpuMemoryTotalBytes: asked.sum('hostler_gpu_memory_total_bytes'),
      gpuPowerWatts: asked.sum('hostler_gpu_power_watts'),
      requestsRunning: asked.sum('hostler_engine_requests_running'),
      requestsWaiting: asked.sum('hostler_engine_requests_waiting'),
      tokensPerSecond: asked.sum('hostler_engine_tokens_per_second'),
    }
  })

const usualReasons: ReadonlySet<string> = new Set(['gpu_idle', 'sw_power_cap', 'applications_clocks_setting', 'display_clocks_setting'])

export const topGpus = (fleet: Pick<Fleet, 'hosts'>, told: readonly HostFigures[]): readonly TopGpu[] =>
  fleet.hosts.flatMap(({ name, gpuHolders }) => {
    const figures = told.find(({ host }) => host === name)
    const asked = new Asked(figures?.figures ?? [])
    return asked.all('hostler_gpu_memory_used_bytes').map(({ labels, value }) => {
      const { gpu = '', uuid = '' } = labels
      const of = (metric: string, more: Readonly<Record<string, string>> = {}) => asked.one(metric, { uuid, ...more })
      return {
        host: name,
        gpu,
        uuid,
        ageMs: figures && figures.ageMs + (asked.one('hostler_gpu_sample_age_seconds') ?? 0) * 1000,
        utilizationRatio: of('hostler_gpu_utilization_ratio'),
        memoryUsedBytes: value,
        memoryTotalBytes: of('hostler_gpu_memory_total_bytes'),
        powerWatts: of('hostler_gpu_power_watts'),
        powerLimitWatts: of('hostler_gpu_power_limit_watts'),
        temperatureCelsius: of('hostler_gpu_temperature_celsius'),
        smClockHertz: of('hostler_gpu_clock_hertz', { clock: 'sm' }),
        throttled: asked
          .all('hostler_gpu_throttled', { uuid })
          .flatMap((reason) => (reason.value === 1 && !usualReasons.has(reason.labels.reason ?? '') ? [reason.labels.reason ?? ''] : [])),
        replica: gpuHolders.find(({ gpuUuid }) => gpuUuid === uuid)?.replicaId ?? '',
      }
    })
  })

export const topReplicas = (fleet: Pick<Fleet, 'replicas'>, told: readonly HostFigures[]): readonly TopReplica[] => {
  const byHost = new Map(told.map((figures) => [figures.host, { figures, asked: new Asked(figures.figures) }]))
  return fleet.replicas.map(({ id, deployment, host, phase }) => {
    const known = byHost.get(host)
    const of = (metric: string): Maybe => known?.asked.one(metric, { replica: id })
    return {
      replica: id,
      deployment,
      host,
      phase,
      ageMs: known?.figures.ageMs,
      requestsRunning: of('hostler_engine_requests_running'),
      requestsWaiting: of('hostler_engine_requests_waiting'),
      kvCacheUsageRatio: of('hostler_engine_kv_cache_usage_ratio'),
      timeToFirstTokenP50Seconds: of('hostler_engine_time_to_first_token_p50_seconds'),
      timeToFirstTokenP95Seconds: of('hostler_engine_time_to_first_token_p95_seconds'),
      interTokenLatencyP50Seconds: of('hostler_engine_inter_token_latency_p50_seconds'),
      tokensPerSecond: of('hostler_engine_tokens_per_second'),
      memoryWorkingSetBytes: of('hostler_container_memory_working_set_bytes'),
      restarts: of('hostler_container_restarts_total'),
    }
  })
}

const inSeconds = (ms: Maybe): Maybe => (ms === undefined ? undefined : ms / 1000)

export const topDeployment = ({ name, state, replicasReady, replicasWanted, traffic }: Deployment): TopDeployment => ({
  deployment: name,
  state,
  replicasReady,
  replicasWanted,
  spanMs: traffic?.spanMs,
  requestsPerSecond: traffic && traffic.spanMs > 0 ? traffic.requests / (traffic.spanMs / 1000) : undefined,
  errors: traffic?.errors,
  refused: traffic?.refused,
  ttftP50Seconds: inSeconds(traffic?.ttftP50Ms),
  ttftP99Seconds: inSeconds(traffic?.ttftP99Ms),
  inFlight: traffic?.inFlight,
  waiting: traffic?.waiting,
  tokensPerSecond: traffic?.tokensPerSecond,
})
