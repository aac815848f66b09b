/** What `hostler top` shows: who works how hard right now. Shapes of `-o json`, documented in docs/cli.md. */
import type { Figure, HostFigures } from '../link/metrics.ts'
import { toneOf } from '../terminal/colour.ts'
import type { Column } from '../terminal/table.ts'
import { formatAge } from '../terminal/time.ts'
import type { Fleet } from './fleet.ts'

type Maybe = number | undefined

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

const percent = (ratio: Maybe): string => (ratio === undefined ? '' : `${Math.round(ratio * 100)}%`)
const whole = (value: Maybe, unit = ''): string => (value === undefined ? '' : `${Math.round(value)}${unit}`)
const gib = (bytes: Maybe): string => (bytes === undefined ? '' : (bytes / 1024 ** 3).toFixed(bytes < 100 * 1024 ** 3 ? 1 : 0))
const size = (bytes: Maybe): string =>
  bytes === undefined ? '' : bytes < 1024 ** 3 ? `${Math.round(bytes / 1024 ** 2)}Mi` : `${gib(bytes)}Gi`
const ofGib = (used: Maybe, total: Maybe): string => (used === undefined ? '' : `${gib(used)}/${gib(total) || '?'}Gi`)
const duration = (seconds: Maybe): string =>
  seconds === undefined ? '' : seconds < 1 ? `${Math.round(seconds * 1000)}ms` : `${seconds.toFixed(1)}s`
const rate = (value: Maybe): string => (value === undefined ? '' : value < 10 ? value.toFixed(1) : String(Math.round(value)))

/** Figures of a host that fell silent are old: that has to be seen. */
const staleMs = 30_000
const age = (ageMs: Maybe): string => (ageMs === undefined ? '' : formatAge(ageMs))
const ageTone = (ageMs: Maybe) => (ageMs !== undefined && ageMs > staleMs ? ('bad' as const) : undefined)
const fullTone = (ratio: Maybe) => (ratio === undefined || ratio < 0.9 ? undefined : ('busy' as const))

export const topHostColumns: readonly Column<TopHost>[] = [
  { header: 'HOST', cell: ({ host }) => host },
  { header: 'STATE', rank: 3, cell: ({ state }) => state, tone: ({ state }) => toneOf(state) },
  { header: 'CPU', rank: 5, cell: ({ cpuRatio }) => percent(cpuRatio), right: true },
  {
    header: 'MEMORY',
    rank: 4,
    cell: ({ memoryAvailableBytes: free, memoryTotalBytes: total }) =>
      ofGib(free === undefined || total === undefined ? undefined : total - free, total),
    right: true,
  },
  { header: 'LOAD', rank: 0, cell: ({ load1 }) => load1?.toFixed(2) ?? '', right: true },
  { header: 'GPUS', cell: ({ gpus }) => String(gpus), right: true },
  { header: 'GPU', cell: ({ gpuUtilizationRatio }) => percent(gpuUtilizationRatio), right: true },
  { header: 'GPU-MEMORY', rank: 8, cell: (row) => ofGib(row.gpuMemoryUsedBytes, row.gpuMemoryTotalBytes), right: true },
  { header: 'POWER', rank: 2, cell: ({ gpuPowerWatts }) => whole(gpuPowerWatts, 'W'), right: true },
  { header: 'RUNNING', rank: 6, cell: ({ requestsRunning }) => whole(requestsRunning), right: true },
  {
    header: 'WAITING',
    rank: 7,
    cell: ({ requestsWaiting }) => whole(requestsWaiting),
    right: true,
    tone: ({ requestsWaiting }) => ((requestsWaiting ?? 0) > 0 ? 'busy' : undefined),
  },
  { header: 'TOKENS/S', rank: 9, cell: ({ tokensPerSecond }) => rate(tokensPerSecond), right: true },
  { header: 'AGE', rank: 1, cell: ({ ageMs }) => age(ageMs), right: true, tone: ({ ageMs }) => ageTone(ageMs) },
]

export const topGpuColumns: readonly Column<TopGpu>[] = [
  { header: 'HOST', cell: ({ host }) => host },
  { header: 'GPU', cell: ({ gpu }) => gpu, right: true },
  { header: 'UTIL', cell: ({ utilizationRatio }) => percent(utilizationRatio), right: true },
  { header: 'MEMORY', rank: 6, cell: ({ memoryUsedBytes, memoryTotalBytes }) => ofGib(memoryUsedBytes, memoryTotalBytes), right: true },
  {
    header: 'POWER',
    rank: 3,
    cell: ({ powerWatts, powerLimitWatts }) =>
      powerWatts === undefined ? '' : `${Math.round(powerWatts)}/${whole(powerLimitWatts) || '?'}W`,
    right: true,
  },
  { header: 'TEMP', rank: 4, cell: ({ temperatureCelsius }) => whole(temperatureCelsius, 'C'), right: true },
  { header: 'CLOCK', rank: 0, cell: ({ smClockHertz }) => whole(smClockHertz && smClockHertz / 1e6, 'MHz'), right: true },
  { header: 'THROTTLED', rank: 2, least: 10, cell: ({ throttled }) => throttled.join(', '), tone: () => 'bad' },
  { header: 'AGE', rank: 1, cell: ({ ageMs }) => age(ageMs), right: true, tone: ({ ageMs }) => ageTone(ageMs) },
  { header: 'UUID', cell: ({ uuid }) => uuid, wide: true },
  { header: 'REPLICA', rank: 5, least: 8, cell: ({ replica }) => replica },
]

export const topReplicaColumns: readonly Column<TopReplica>[] = [
  { header: 'REPLICA', cell: ({ replica }) => replica },
  { header: 'HOST', rank: 3, least: 6, cell: ({ host }) => host },
  { header: 'PHASE', rank: 2, cell: ({ phase }) => phase, tone: ({ phase }) => toneOf(phase) },
  { header: 'RUNNING', cell: ({ requestsRunning }) => whole(requestsRunning), right: true },
  {
    header: 'WAITING',
    cell: ({ requestsWaiting }) => whole(requestsWaiting),
    right: true,
    tone: ({ requestsWaiting }) => ((requestsWaiting ?? 0) > 0 ? 'busy' : undefined),
  },
  {
    header: 'KV',
    rank: 7,
    cell: ({ kvCacheUsageRatio }) => percent(kvCacheUsageRatio),
    right: true,
    tone: ({ kvCacheUsageRatio }) => fullTone(kvCacheUsageRatio),
  },
  { header: 'TTFT-P50', rank: 4, cell: ({ timeToFirstTokenP50Seconds }) => duration(timeToFirstTokenP50Seconds), right: true },
  { header: 'TTFT-P95', rank: 6, cell: ({ timeToFirstTokenP95Seconds }) => duration(timeToFirstTokenP95Seconds), right: true },
  { header: 'ITL', rank: 5, cell: ({ interTokenLatencyP50Seconds }) => duration(interTokenLatencyP50Seconds), right: true },
  { header: 'TOKENS/S', cell: ({ tokensPerSecond }) => rate(tokensPerSecond), right: true },
  { header: 'MEMORY', rank: 1, cell: ({ memoryWorkingSetBytes }) => size(memoryWorkingSetBytes), right: true },
  { header: 'RESTARTS', cell: ({ restarts }) => whole(restarts), right: true, wide: true },
  { header: 'AGE', rank: 0, cell: ({ ageMs }) => age(ageMs), right: true, tone: ({ ageMs }) => ageTone(ageMs) },
]
