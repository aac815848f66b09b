import { toneOf } from '../terminal/colour.ts'
import type { Column } from '../terminal/table.ts'
import { formatAge } from '../terminal/time.ts'
import type { Maybe, TopDeployment, TopGpu, TopHost, TopReplica } from './top.ts'

const percent = (ratio: Maybe): string => (ratio === undefined ? '' : `${Math.round(ratio * 100)}%`)
const whole = (value: Maybe, unit = ''): string => (value === undefined ? '' : `${Math.round(value)}${unit}`)
const gib = (bytes: Maybe): string => (bytes === undefined ? '' : (bytes / 1024 ** 3).toFixed(bytes < 100 * 1024 ** 3 ? 1 : 0))
const size = (bytes: Maybe): string =>
  bytes === undefined ? '' : bytes < 1024 ** 3 ? `${Math.round(bytes / 1024 ** 2)}Mi` : `${gib(bytes)}Gi`
const ofGib = (used: Maybe, total: Maybe): string => (used === undefined ? '' : `${gib(used)}/${gib(total) || '?'}Gi`)
export const secondsText = (seconds: Maybe): string =>
  seconds === undefined ? '' : seconds < 1 ? `${Math.round(seconds * 1000)}ms` : `${seconds.toFixed(1)}s`
export const rateText = (value: Maybe): string => (value === undefined ? '' : value < 10 ? value.toFixed(1) : String(Math.round(value)))

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
  { header: 'TOKENS/S', rank: 9, cell: ({ tokensPerSecond }) => rateText(tokensPerSecond), right: true },
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
  { header: 'TTFT-P50', rank: 4, cell: ({ timeToFirstTokenP50Seconds }) => secondsText(timeToFirstTokenP50Seconds), right: true },
  { header: 'TTFT-P95', rank: 6, cell: ({ timeToFirstTokenP95Seconds }) => secondsText(timeToFirstTokenP95Seconds), right: true },
  { header: 'ITL', rank: 5, cell: ({ interTokenLatencyP50Seconds }) => secondsText(interTokenLatencyP50Seconds), right: true },
  { header: 'TOKENS/S', cell: ({ tokensPerSecond }) => rateText(tokensPerSecond), right: true },
  { header: 'MEMORY', rank: 1, cell: ({ memoryWorkingSetBytes }) => size(memoryWorkingSetBytes), right: true },
  { header: 'RESTARTS', cell: ({ restarts }) => whole(restarts), right: true, wide: true },
  { header: 'AGE', rank: 0, cell: ({ ageMs }) => age(ageMs), right: true, tone: ({ ageMs }) => ageTone(ageMs) },
]

const busyWhenAny = (count: Maybe) => ((count ?? 0) > 0 ? ('busy' as const) : undefined)
const badWhenAny = (count: Maybe) => ((count ?? 0) > 0 ? ('bad' as const) : undefined)

export const topDeploymentColumns: readonly Column<TopDeployment>[] = [
  { header: 'DEPLOYMENT', cell: ({ deployment }) => deployment },
  { header: 'STATE', rank: 2, cell: ({ state }) => state, tone: ({ state }) => toneOf(state) },
  { header: 'READY', rank: 3, cell: ({ replicasReady, replicasWanted }) => `${replicasReady}/${replicasWanted}`, right: true },
  { header: 'REQUESTS/S', cell: ({ requestsPerSecond }) => rateText(requestsPerSecond), right: true },
  { header: 'ERRORS', cell: ({ errors }) => whole(errors), right: true, tone: ({ errors }) => badWhenAny(errors) },
  { header: 'REFUSED', rank: 4, cell: ({ refused }) => whole(refused), right: true, tone: ({ refused }) => busyWhenAny(refused) },
  { header: 'TTFT-P50', rank: 5, cell: ({ ttftP50Seconds }) => secondsText(ttftP50Seconds), right: true },
  { header: 'TTFT-P99', rank: 6, cell: ({ ttftP99Seconds }) => secondsText(ttftP99Seconds), right: true },
  { header: 'IN-FLIGHT', rank: 1, cell: ({ inFlight }) => whole(inFlight), right: true },
  { header: 'WAITING', rank: 7, cell: ({ waiting }) => whole(waiting), right: true, tone: ({ waiting }) => busyWhenAny(waiting) },
  { header: 'TOKENS/S', rank: 0, cell: ({ tokensPerSecond }) => rateText(tokensPerSecond), right: true },
]
