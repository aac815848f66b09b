import type { Clock } from '../../shared/clock/clock.ts'
import { describeSeries } from '../../shared/metrics/catalogue.ts'
import type { MetricFrame } from '../../shared/metrics/frame.ts'

/** The figures of a host that the controller shows as one number each, and how those of several series become one. */
const summaries = {
  gpus: ['hostler_gpus', 'sum'],
  gpuUtilization: ['hostler_gpu_utilization_ratio', 'mean'],
  gpuMemoryUsed: ['hostler_gpu_memory_used_bytes', 'sum'],
  gpuMemoryTotal: ['hostler_gpu_memory_total_bytes', 'sum'],
  gpuPower: ['hostler_gpu_power_watts', 'sum'],
  memoryAvailable: ['hostler_host_memory_available_bytes', 'sum'],
  requestsRunning: ['hostler_engine_requests_running', 'sum'],
  requestsWaiting: ['hostler_engine_requests_waiting', 'sum'],
  tokensPerSecond: ['hostler_engine_tokens_per_second', 'sum'],
} as const satisfies Record<string, readonly [string, 'sum' | 'mean']>

export type Summary = keyof typeof summaries
const summaryNames = Object.keys(summaries) as Summary[]

interface Known {
  readonly dictionary: number
  readonly series: MetricFrame['series']
  /** Where the figures of each summary stand. */
  readonly places: Readonly<Record<Summary, readonly number[]>>
  /** Where the figures of a metric stand, by the replica, GPU or nothing that each is of; only of metrics that were asked for. */
  readonly bySubject: Map<string, ReadonlyMap<string, number>>
  values: MetricFrame['values']
  atUnixMs: number
  takenMs: number
}

export interface HostFigures {
  readonly atUnixMs: number
  readonly ageMs: number
  readonly dictionary: number
  readonly series: MetricFrame['series']
  readonly values: MetricFrame['values']
}

const placesOf = (series: MetricFrame['series']): Readonly<Record<Summary, readonly number[]>> => {
  const places = Object.fromEntries(summaryNames.map((name) => [name, [] as number[]])) as Record<Summary, number[]>
  const byMetric = new Map(summaryNames.map((name) => [summaries[name][0] as string, places[name]]))
  for (const [index, { name }] of series.entries()) byMetric.get(name)?.push(index)
  return places
}

const subjectPlaces = (series: MetricFrame['series'], metric: string): ReadonlyMap<string, number> => {
  const names = describeSeries(metric)?.labels ?? []
  const at = names.includes('replica') ? names.indexOf('replica') : names.indexOf('uuid')
  const places = new Map<string, number>()
  for (const [index, { name, labels }] of series.entries()) if (name === metric) places.set(labels[at] ?? '', index)
  return places
}

/** The newest figures of every host, in memory alone: their past is Prometheus' business. */
export class FleetMetrics {
  readonly #clock: Clock
  readonly #hosts = new Map<string, Known>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A frame that does not fit the last dictionary is passed over: the next dictionary of the host puts it right. */
  take(hostId: string, frame: MetricFrame): void {
    const before = this.#hosts.get(hostId)
    const begins = frame.series.length > 0
    if (!begins && before?.dictionary !== frame.dictionary) return
    const { dictionary, values, atUnixMs } = frame
    const series = begins ? frame.series : (before?.series ?? [])
    if (values.length !== series.length) return
    const takenMs = this.#clock.monotonicMs()
    if (begins || !before)
      this.#hosts.set(hostId, { dictionary, series, places: placesOf(series), bySubject: new Map(), values, atUnixMs, takenMs })
    else Object.assign(before, { values, atUnixMs, takenMs })
  }

  /** Undefined while the host has told nothing. */
  of(hostId: string): HostFigures | undefined {
    const known = this.#hosts.get(hostId)
    if (!known) return undefined
    const { dictionary, series, values, atUnixMs, takenMs } = known
    return { dictionary, series, values, atUnixMs, ageMs: Math.max(0, this.#clock.monotonicMs() - takenMs) }
  }

  /** One number of a host; undefined without any figure. */
  summary(hostId: string, name: Summary): number | undefined {
    const known = this.#hosts.get(hostId)
    const figures = (known?.places[name] ?? []).map((place) => known?.values[place] ?? Number.NaN).filter((value) => !Number.isNaN(value))
    if (figures.length === 0) return undefined
    const sum = figures.reduce((total, value) => total + value, 0)
    return summaries[name][1] === 'mean' ? sum / figures.length : sum
  }

  /** One figure of a replica, by the name of a metric whose labels tell replicas apart; undefined where its host has not told it. */
  ofReplica(hostId: string, replicaId: string, metric: string): number | undefined {
    return this.#figure(hostId, metric, replicaId)
  }

  /** The same of a GPU. */
  ofGpu(hostId: string, gpuUuid: string, metric: string): number | undefined {
    return this.#figure(hostId, metric, gpuUuid)
  }

  /** The same of the host itself, by a metric without labels. */
  ofHost(hostId: string, metric: string): number | undefined {
    return this.#figure(hostId, metric, '')
  }

  #figure(hostId: string, metric: string, subject: string): number | undefined {
    const known = this.#hosts.get(hostId)
    if (!known) return undefined
    const places = known.bySubject.get(metric) ?? subjectPlaces(known.series, metric)
    known.bySubject.set(metric, places)
    const place = places.get(subject)
    const value = place === undefined ? undefined : known.values[place]
    return value === undefined || Number.isNaN(value) ? undefined : value
  }

  forget(hostId: string): void {
    this.#hosts.delete(hostId)
  }
}
