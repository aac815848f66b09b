import type { Clock } from '../../shared/clock/clock.ts'
import type { ReplicaSpec } from '../../shared/fleet/replica.ts'
import { untilBeat } from '../../shared/lifecycle/beat.ts'
import { pause } from '../../shared/lifecycle/deadline.ts'
import type { ProbeAnswer, ProbeRequest } from './http-probe.ts'
import type { Machine } from './machine.ts'
import type { Health } from './memory.ts'

export interface WatchTiming {
  /** Between two looks at an engine that loads; or the probe's own interval when that is shorter. */
  readonly loadingPollMs: number
  readonly warmAttempts: number
  readonly warmPauseMs: number
  /** An engine that stays unhealthy for so long is started anew. */
  readonly giveUpMs: number
}

export const defaultWatchTiming: WatchTiming = { loadingPollMs: 500, warmAttempts: 3, warmPauseMs: 1_000, giveUpMs: 300_000 }

export interface HealthWatch {
  readonly spec: ReplicaSpec
  readonly origin: string
  readonly startedUnixMs: number
  /** It was ready when it was last seen, so it is not warmed again. */
  readonly ready: boolean
  readonly clock: Clock
  readonly machine: Pick<Machine, 'probe' | 'timers'>
  readonly timing: WatchTiming
  readonly report: (health: Health) => void
}

type Answer = ProbeAnswer | { readonly failure: string }

const describe = (answer: Answer): string => {
  if ('failure' in answer) return answer.failure
  return `HTTP ${answer.status}${answer.excerpt === '' ? '' : `: ${answer.excerpt}`}`
}

const healthy = (answer: Answer): boolean => 'status' in answer && answer.status === 200

const healthRequest = ({ spec, origin }: HealthWatch): ProbeRequest => ({
  method: 'GET',
  origin,
  path: spec.health.path,
  apiKey: spec.apiKey,
  bodyJson: '',
  timeoutMs: spec.health.timeoutMs,
})

const warmRequest = ({ spec, origin }: HealthWatch): ProbeRequest => ({
  method: 'POST',
  origin,
  path: spec.warm.path,
  apiKey: spec.apiKey,
  bodyJson: spec.warm.bodyJson,
  timeoutMs: spec.warm.timeoutMs,
})

/** Until the health path answers 200, or the load deadline is over. */
const load = async (watch: HealthWatch, signal: AbortSignal): Promise<boolean> => {
  const { spec, clock, machine, timing, report } = watch
  report({ kind: 'loading', message: 'Waiting for the engine to load the model.' })
  const deadlineMs = clock.monotonicMs() + spec.loadTimeoutMs - Math.max(0, clock.unixMs() - watch.startedUnixMs)
  let last = ''
  while (!signal.aborted) {
    const answer = await machine.probe(healthRequest(watch), signal)
    if (healthy(answer)) return true
    if (signal.aborted) break
    const seen = describe(answer)
    if (seen !== last) report({ kind: 'loading', message: `Waiting for the engine to load the model (${spec.health.path} says: ${seen}).` })
    last = seen
    if (clock.monotonicMs() >= deadlineMs) {
      const message = `${spec.health.path} did not answer 200 within ${Math.round(spec.loadTimeoutMs / 1000)} s of the start; the last answer was: ${seen}. See the log, or raise loadTimeout when the weights are read from slow storage.`
      report({ kind: 'condemned', code: 'LOAD_TIMEOUT', message })
      return false
    }
    await pause(Math.min(timing.loadingPollMs, spec.health.intervalMs), signal, machine.timers)
  }
  return false
}

/** A real completion, so that no client is the first to find out. */
const warm = async (watch: HealthWatch, signal: AbortSignal): Promise<boolean> => {
  const { spec, machine, timing, report } = watch
  if (spec.warm.path === '') return true
  let seen = ''
  for (let attempt = 1; attempt <= timing.warmAttempts && !signal.aborted; attempt++) {
    report({ kind: 'probing', message: `Asking ${spec.warm.path} for a completion${seen === '' ? '' : ` again (before: ${seen})`}.` })
    const answer = await machine.probe(warmRequest(watch), signal)
    if (healthy(answer)) return true
    seen = describe(answer)
    if (attempt < timing.warmAttempts) await pause(timing.warmPauseMs * attempt, signal, machine.timers)
  }
  if (signal.aborted) return false
  const message = `The engine is healthy but ${timing.warmAttempts} completions asked of ${spec.warm.path} failed; the last answer was: ${seen}. Check the model's files and the engine's arguments against its log.`
  report({ kind: 'unusable', code: 'WARM_PROBE_FAILED', message })
  return false
}

/** For as long as it lives: ready, unhealthy after so many failures in a row, and ready again. */
const keep = async (watch: HealthWatch, signal: AbortSignal): Promise<void> => {
  const { spec, clock, machine, timing, report } = watch
  report({ kind: 'ready', message: '' })
  let failures = 0
  let unhealthySinceMs: number | undefined
  let told = ''
  const { intervalMs } = spec.health
  // Between two readings of the engine's figures, so that neither finds their connection in use or idle for long.
  while ((await pause(untilBeat(clock.monotonicMs(), intervalMs, intervalMs / 2), signal, machine.timers)) === 'elapsed') {
    const answer = await machine.probe(healthRequest(watch), signal)
    if (signal.aborted) return
    if (healthy(answer)) {
      if (unhealthySinceMs !== undefined) report({ kind: 'ready', message: '' })
      failures = 0
      told = ''
      unhealthySinceMs = undefined
      continue
    }
    failures += 1
    if (failures < spec.health.failures) continue
    unhealthySinceMs ??= clock.monotonicMs()
    const seen = `${spec.health.path} fails: ${describe(answer)}.`
    if (clock.monotonicMs() - unhealthySinceMs >= timing.giveUpMs) {
      report({
        kind: 'condemned',
        code: 'HEALTH_FAILED',
        message: `${seen} It stayed so for ${Math.round(timing.giveUpMs / 1000)} s, so the engine is started anew.`,
      })
      return
    }
    if (seen !== told) report({ kind: 'unhealthy', message: `${seen} Requests are kept away from it until it answers again.` })
    told = seen
  }
}

/** Follows one running engine from its start to the abort of the signal, and reports each change. Never rejects. */
export const watchHealth = async (watch: HealthWatch, signal: AbortSignal): Promise<void> => {
  if (watch.spec.health.path === '') {
    watch.report({ kind: 'ready', message: '' })
    return
  }
  const loaded = watch.ready || ((await load(watch, signal)) && (await warm(watch, signal)))
  if (loaded && !signal.aborted) await keep(watch, signal)
}
