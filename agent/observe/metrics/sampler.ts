import type { Clock } from '../../../shared/clock/clock.ts'
import { messageOf } from '../../../shared/errors/hostler-error.ts'
import { untilBeat } from '../../../shared/lifecycle/beat.ts'
import { pause } from '../../../shared/lifecycle/deadline.ts'
import type { Log } from '../../../shared/log/log.ts'
import type { MetricsBoard } from './board.ts'
import type { Collector, Fill } from './collector.ts'

export interface MetricsSamplerOptions {
  readonly board: MetricsBoard
  readonly collectors: readonly Collector[]
  readonly intervalMs: number
  readonly clock: Clock
  readonly log: Log
  /** Called after each round, with the wall time of its start. */
  readonly onRound: (atUnixMs: number) => void
}

interface Progress {
  readonly collector: Collector
  running: boolean
  startedMs: number
  endedMs: number | undefined
  durationMs: number
  failures: number
  failing: boolean
}

const nothing: Fill = () => {}
/** A look that takes longer is waited for no more; it may end later, and until then it is not begun again. */
const patienceMs = 2_000

/**
 * Lets every collector look when it is due. One that hangs holds up nobody: its figures stay as they were and their age grows, and no
 * second look is begun beside it. One that fails loses its figures.
 */
export class MetricsSampler {
  readonly #options: MetricsSamplerOptions
  readonly #progress: readonly Progress[]

  constructor(options: MetricsSamplerOptions) {
    this.#options = options
    this.#progress = options.collectors.map((collector) => ({
      collector,
      running: false,
      startedMs: Number.NEGATIVE_INFINITY,
      endedMs: undefined,
      durationMs: 0,
      failures: 0,
      failing: false,
    }))
  }

  /** Until the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, intervalMs } = this.#options
    while (!signal.aborted) {
      await this.round(signal)
      // On the beat: a round that took long makes the next one no later.
      await pause(untilBeat(clock.monotonicMs(), intervalMs), signal)
    }
  }

  /** One round of looks at what is due; resolves when they have ended, or after two seconds. */
  async round(signal: AbortSignal): Promise<void> {
    const { board, clock, intervalMs, onRound } = this.#options
    const atUnixMs = clock.unixMs()
    const nowMs = clock.monotonicMs()
    const started: Promise<void>[] = []
    for (const progress of this.#progress) {
      // Half an interval early is nearer than half an interval late.
      if (progress.running || nowMs - progress.startedMs < progress.collector.everyMs - intervalMs / 2) continue
      const look = this.#look(progress, nowMs, signal)
      if (look) started.push(look)
    }
    if (started.length > 0) {
      const patience = new AbortController()
      await Promise.race([Promise.all(started), pause(patienceMs, AbortSignal.any([signal, patience.signal]))])
      patience.abort()
    }
    if (signal.aborted) return
    board.take('collectors', (set) => {
      const endMs = clock.monotonicMs()
      for (const { collector, endedMs, durationMs, failures } of this.#progress) {
        const label = [collector.name]
        set('hostler_agent_collector_failures_total', label, failures)
        if (endedMs === undefined) continue
        set('hostler_agent_collector_age_seconds', label, (endMs - endedMs) / 1000)
        set('hostler_agent_collector_duration_seconds', label, durationMs / 1000)
      }
    })
    onRound(atUnixMs)
  }

  /** Undefined when it ended at once. */
  #look(progress: Progress, nowMs: number, signal: AbortSignal): Promise<void> | undefined {
    progress.running = true
    progress.startedMs = nowMs
    try {
      const gathered = progress.collector.collect(signal)
      if (typeof gathered === 'function') {
        this.#taken(progress, gathered)
        return undefined
      }
      return gathered.then(
        (fill) => this.#taken(progress, fill),
        (error: unknown) => this.#failed(progress, error, signal),
      )
    } catch (error) {
      this.#failed(progress, error, signal)
      return undefined
    }
  }

  #taken(progress: Progress, fill: Fill): void {
    this.#options.board.take(progress.collector.name, fill)
    const nowMs = this.#options.clock.monotonicMs()
    progress.running = false
    progress.endedMs = nowMs
    progress.durationMs = nowMs - progress.startedMs
    progress.failing = false
  }

  #failed(progress: Progress, error: unknown, signal: AbortSignal): void {
    progress.running = false
    if (signal.aborted) return
    progress.failures += 1
    this.#options.board.take(progress.collector.name, nothing)
    if (!progress.failing) {
      this.#options.log.warn('metrics could not be collected', { collector: progress.collector.name, reason: messageOf(error) })
    }
    progress.failing = true
  }
}
