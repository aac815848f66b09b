import type { SetSeries } from '../../shared/metrics/series-table.ts'
import type { EventRecord } from '../store/store.ts'

const boundsSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5] as const

/** What can only be counted when it happens. */
export class ControllerCounters {
  readonly #events = new Map<string, number>([
    ['info', 0],
    ['warning', 0],
    ['error', 0],
  ])
  readonly #passes = boundsSeconds.map(() => 0)
  #passSeconds = 0
  #passCount = 0
  #commits = 0
  #changes = 0

  committed(changes: number, events: readonly EventRecord[]): void {
    this.#commits += 1
    this.#changes += changes
    for (const { level } of events) this.#events.set(level, (this.#events.get(level) ?? 0) + 1)
  }

  passed(durationMs: number): void {
    const seconds = durationMs / 1000
    this.#passSeconds += seconds
    this.#passCount += 1
    for (const [index, bound] of boundsSeconds.entries()) if (seconds <= bound) this.#passes[index] = (this.#passes[index] ?? 0) + 1
  }

  set(set: SetSeries): void {
    for (const [level, count] of this.#events) set('hostler_controller_events_total', [level], count)
    set('hostler_controller_store_commits_total', [], this.#commits)
    set('hostler_controller_store_changes_total', [], this.#changes)
    for (const [index, bound] of boundsSeconds.entries())
      set('hostler_controller_pass_duration_seconds_bucket', [String(bound)], this.#passes[index])
    set('hostler_controller_pass_duration_seconds_bucket', ['+Inf'], this.#passCount)
    set('hostler_controller_pass_duration_seconds_sum', [], this.#passSeconds)
    set('hostler_controller_pass_duration_seconds_count', [], this.#passCount)
  }
}
