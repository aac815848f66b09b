import type { Clock } from '../../../shared/clock/clock.ts'
import type { Inventory } from '../../../shared/fleet/inventory.ts'
import type { HostSpec, ReplicaStatus } from '../../../shared/fleet/replica.ts'
import type { Log } from '../../../shared/log/log.ts'
import { writeExposition } from '../../../shared/metrics/exposition.ts'
import type { MetricsRound } from '../../../shared/metrics/round.ts'
import type { Instance } from '../../runtime/runtime.ts'
import type { EngineConnections } from '../engine-connections.ts'
import type { GpuSampler } from '../gpu-sampler.ts'
import type { NvidiaSmi } from '../nvidia-smi.ts'
import type { UsageReader } from '../usage.ts'
import { agentCollector } from './agent.ts'
import { MetricsBoard } from './board.ts'
import type { Collector } from './collector.ts'
import { containerCollector } from './containers.ts'
import { engineCollector } from './engines/collector.ts'
import { gpuCollector } from './gpu.ts'
import { GpuHealth } from './gpu-health.ts'
import { MetricsHistory } from './history.ts'
import { kernelCollector } from './kernel.ts'
import { networkTableCollector, nicCollector } from './network.ts'
import { MetricsSampler } from './sampler.ts'
import { diskCollector, filesystemCollector } from './storage.ts'

export interface MetricsOptions {
  readonly hostId: string
  readonly intervalMs: number
  readonly sampler: GpuSampler
  readonly usage: UsageReader
  readonly nvidiaSmi: NvidiaSmi
  readonly healthIntervalMs: number
  /** Of all runtimes. */
  readonly instances: () => Promise<readonly Instance[]>
  readonly modelPath: string
  readonly dataPath: string
  readonly inventory: () => Inventory
  readonly spec: () => HostSpec | undefined
  readonly statuses: () => ReadonlyMap<string, ReplicaStatus>
  readonly connected: () => boolean
  readonly connections: EngineConnections
  readonly clock: Clock
  readonly log: Log
}

const collectorsOf = (options: MetricsOptions, historySeries: () => number): readonly Collector[] => {
  const { clock, log, sampler, usage, spec, statuses, instances, connected, connections, hostId } = options
  const health = new GpuHealth(options.nvidiaSmi, options.healthIntervalMs)
  const deviceOf = new Map<string, string>()
  const onDevice = (use: string, number: string) => deviceOf.set(use, number)
  return [
    kernelCollector(),
    nicCollector(() => options.inventory().nics),
    networkTableCollector(),
    filesystemCollector('models', options.modelPath, onDevice),
    filesystemCollector('data', options.dataPath, onDevice),
    diskCollector(() => new Set(deviceOf.values())),
    gpuCollector({
      sampler,
      clock,
      usage,
      deploymentOf: (replicaId) => statuses().get(replicaId)?.deployment ?? '',
      healthMs: () => health.atMonotonicMs,
    }),
    health,
    containerCollector({ statuses, instances }),
    engineCollector({ spec, statuses, connections, clock, log }),
    agentCollector({ hostId, connected, historySeries }),
  ]
}

/** The figures of this host: sampled in the background, shown to Prometheus, the controller and diagnosis. */
export class Metrics {
  readonly history = new MetricsHistory()
  readonly #board = new MetricsBoard()
  readonly #sampler: MetricsSampler
  #atUnixMs: number | undefined

  constructor(options: MetricsOptions) {
    const { clock, log, intervalMs } = options
    const collectors = collectorsOf(options, () => this.history.size)
    this.#sampler = new MetricsSampler({
      board: this.#board,
      collectors,
      intervalMs,
      clock,
      log,
      onRound: (atUnixMs) => {
        this.#atUnixMs = atUnixMs
        this.history.record(atUnixMs, this.#board.series())
      },
    })
  }

  /** Until the signal aborts. */
  run(signal: AbortSignal): Promise<void> {
    return this.#sampler.run(signal)
  }

  /** Undefined before the first round. */
  current(): MetricsRound | undefined {
    if (this.#atUnixMs === undefined) return undefined
    return { atUnixMs: this.#atUnixMs, version: this.#board.version, series: this.#board.series() }
  }

  /** As Prometheus reads it. */
  write(): string {
    return writeExposition(this.#board.series())
  }
}
