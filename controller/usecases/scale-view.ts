import { isReady } from '../domain/fleet/readiness.ts'
import type { Assignment, Deployment, DeploymentReport, FleetState, Revision } from '../domain/model.ts'
import type { Reading, Readings } from '../domain/scale/signals.ts'
import type { ScaleView } from '../domain/scale/view.ts'
import type { Autoscale } from '../domain/spec/autoscale.ts'
import type { PresetName } from '../domain/spec/blocks.ts'
import type { FleetMetrics } from './metrics.ts'
import type { TrafficFigures } from './traffic.ts'

export interface ScaleSources {
  readonly metrics: Pick<FleetMetrics, 'of' | 'ofHost' | 'ofReplica' | 'ofGpu'>
  readonly traffic: Pick<TrafficFigures, 'window'>
}

/** Agents send every five seconds; what is older than this says nothing of now. */
const staleMs = 30_000
/** Over how long a first token's time is looked at. */
const ttftSpanMs = 60_000
/** Requests that ended this lately are no silence. */
const quietSpanMs = 15_000

/** Engines whose figures Hostler reads; of the others gateways alone tell who waits. */
const tellsQueue: Readonly<Record<PresetName, boolean>> = { vllm: true, sglang: true, llamacpp: true, 'tensorrt-llm': false, custom: false }

/** What is known of one deployment at this moment. */
export const scaleViewOf = (
  { metrics, traffic }: ScaleSources,
  state: FleetState,
  deployment: Deployment,
  { spec, number }: Revision,
  autoscale: Autoscale,
  assignments: readonly Assignment[],
  report: DeploymentReport | undefined,
): ScaleView => {
  const { name } = deployment
  const live = assignments.filter(({ stage }) => stage === 'starting' || stage === 'serving')
  const ready = live.filter((assignment) => isReady(assignment, state))
  const figures = new ReplicaFigures(metrics, ready)
  const { requests, inFlight, waiting, spanMs } = traffic.window({ deployment: name, spanMs: quietSpanMs })
  const working = figures.total('hostler_engine_requests_running') ?? (figures.isSilent ? inFlight : undefined)
  const isHeard = state.gateways.length > 0 && state.gateways.every(({ id }) => id !== '') && spanMs >= quietSpanMs
  return {
    autoscale,
    revision: number,
    replicas: deployment.replicas,
    ready: ready.length,
    unplaced: report?.unplaced?.count ?? 0,
    unplacedHint: report?.unplaced?.suggestion ?? '',
    rollout: rolloutOf(deployment, live),
    frozen: state.frozen,
    readings: readingsOf(autoscale, figures, traffic, name, { waiting, inFlight, isHeard, tellsQueue: tellsQueue[spec.engine.preset] }),
    working,
    ...(isHeard || waiting > 0 ? { traffic: { held: waiting, any: requests > 0 || inFlight > 0 || (working ?? 0) > 0 } } : {}),
  }
}

const rolloutOf = ({ paused, targetRevision, canary }: Deployment, live: readonly Assignment[]): ScaleView['rollout'] => {
  const old = live.find(({ revision }) => revision !== targetRevision)
  if (old === undefined) return undefined
  if (canary !== undefined && canary.servingSinceUnixMs > 0)
    return { what: `revision ${targetRevision} is a canary beside revision ${canary.stableRevision}`, mayGrow: true }
  const what = `revision ${targetRevision} is replacing revision ${old.revision}`
  return paused ? { what: `${what}, which is paused`, mayGrow: true } : { what, mayGrow: false }
}

interface TrafficNow {
  readonly waiting: number
  readonly inFlight: number
  /** Every gateway tells. */
  readonly isHeard: boolean
  readonly tellsQueue: boolean
}

const readingsOf = (
  { signals }: Autoscale,
  figures: ReplicaFigures,
  traffic: ScaleSources['traffic'],
  deployment: string,
  now: TrafficNow,
): Readings => {
  const given = (name: keyof Readings, reading: Reading | undefined): Readings =>
    signals[name] === undefined || reading === undefined ? {} : { [name]: reading }
  return {
    ...given('gpuUtilization', figures.ofGpus('hostler_gpu_utilization_ratio')),
    ...given('waiting', waitingOf(figures, now)),
    ...given('kvCache', figures.mean('hostler_engine_kv_cache_usage_ratio')),
    ...given('ttft', signals.ttft && ttftOf(figures, traffic, deployment, signals.ttft.quantile, now)),
    ...given('tokensPerSecond', figures.mean('hostler_engine_tokens_per_second')),
  }
}

/** Those that engines queue and those that gateways hold. */
const waitingOf = (figures: ReplicaFigures, { waiting, isHeard, tellsQueue: tells }: TrafficNow): Reading | undefined => {
  if (!isHeard && waiting === 0) return undefined
  const held = waiting / Math.max(1, figures.count)
  const queued = figures.mean('hostler_engine_requests_waiting')
  if (queued !== undefined) return { value: held + queued.value, known: queued.known }
  // What gateways hold is there, whatever engines queue besides; without a word of engines it is too little to take anything away.
  return tells && waiting === 0 ? undefined : { value: held, known: figures.count }
}

/** Without a request nobody waited; requests without a first token are no figure. */
const ttftOf = (
  figures: ReplicaFigures,
  traffic: ScaleSources['traffic'],
  deployment: string,
  quantile: number,
  { waiting, inFlight, isHeard }: TrafficNow,
): Reading | undefined => {
  const { ttftMs, spanMs } = traffic.window({ deployment, spanMs: ttftSpanMs })
  const value = ttftMs(quantile)
  if (value !== undefined) return { value, known: figures.count }
  return isHeard && spanMs >= ttftSpanMs && waiting === 0 && inFlight === 0 ? { value: 0, known: figures.count } : undefined
}

/** The newest figures of the replicas that are ready. */
class ReplicaFigures {
  readonly #metrics: ScaleSources['metrics']
  readonly #ready: readonly Assignment[]

  constructor(metrics: ScaleSources['metrics'], ready: readonly Assignment[]) {
    this.#metrics = metrics
    this.#ready = ready
  }

  get count(): number {
    return this.#ready.length
  }

  /** No engine tells anything at all. */
  get isSilent(): boolean {
    return this.#ready.every(({ hostId, id }) => this.#metrics.ofReplica(hostId, id, 'hostler_engine_up') === undefined)
  }

  mean(metric: string): Reading | undefined {
    return meanOf(this.#ready.map((assignment) => this.#ofEngine(assignment, metric)))
  }

  /** Undefined unless every one of them tells. */
  total(metric: string): number | undefined {
    const values = this.#ready.map((assignment) => this.#ofEngine(assignment, metric))
    if (values.length === 0 || values.includes(undefined)) return undefined
    return values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
  }

  /** The mean over a replica's GPUs, then over replicas. */
  ofGpus(metric: string): Reading | undefined {
    return meanOf(
      this.#ready.map(({ hostId, gpuUuids }) => {
        if (!this.#isFresh(hostId) || (this.#metrics.ofHost(hostId, 'hostler_gpu_sample_age_seconds') ?? 0) * 1000 > staleMs)
          return undefined
        return meanOf(gpuUuids.map((uuid) => this.#metrics.ofGpu(hostId, uuid, metric)))?.value
      }),
    )
  }

  #ofEngine({ hostId, id }: Assignment, metric: string): number | undefined {
    if (!this.#isFresh(hostId) || (this.#metrics.ofReplica(hostId, id, 'hostler_engine_sample_age_seconds') ?? 0) * 1000 > staleMs)
      return undefined
    return this.#metrics.ofReplica(hostId, id, metric)
  }

  #isFresh(hostId: string): boolean {
    return (this.#metrics.of(hostId)?.ageMs ?? Number.POSITIVE_INFINITY) <= staleMs
  }
}

const meanOf = (values: readonly (number | undefined)[]): Reading | undefined => {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : { value: known.reduce((sum, value) => sum + value, 0) / known.length, known: known.length }
}
