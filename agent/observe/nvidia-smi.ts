import {
  type ComputeApp,
  failureIn,
  type GpuNvLinkErrors,
  type GpuNvLinks,
  type Parsed,
  parseComputeApps,
  parseNvLinkErrors,
  parseNvLinkStatus,
  parseQueryGpu,
  parseReport,
  parseTopology,
  type QueriedGpu,
  type Report,
  type Topology,
} from 'nvidia-smi-parser'
import { type Clock, systemClock } from '../../shared/clock/clock.ts'
import { withDeadline } from '../../shared/lifecycle/deadline.ts'
import { Exclusive } from '../../shared/lifecycle/exclusive.ts'
import { type BoundedRun, type Environment, runBounded } from './run-bounded.ts'
import type { Answer, Failed } from './types.ts'

export interface NvidiaSmiOptions {
  /** A path, or a name that is looked for on PATH. */
  readonly program?: string
  /** The environment it runs in; main passes its own. */
  readonly environment: Environment
  /** Per run. Without persistence mode the first run after a while initialises every GPU, which takes seconds. */
  readonly deadlineMs?: number
  readonly maxOutputBytes?: number
  readonly clock?: Clock
}

/** A full report, or why there is none. */
export type GpuReport = Answer<Report>

/** The fields that change from second to second; every driver since 418 has them. */
export const usageFields = ['index', 'uuid', 'memory.used', 'utilization.gpu', 'temperature.gpu', 'power.draw'] as const
/**
 * What the looping query asks for besides, most wanted first. Ten more fields cost 0.1 ms of CPU a sample on an H200. A driver that
 * does not know one ends the query, so the loop leaves it out and goes on.
 */
export const sampledFields = [
  ...usageFields,
  'memory.total',
  'memory.reserved',
  'utilization.memory',
  'temperature.memory',
  'enforced.power.limit',
  'clocks.sm',
  'clocks.mem',
  'clocks_event_reasons.active',
  'pcie.link.gen.current',
  'pcie.link.width.current',
  'ecc.errors.corrected.volatile.total',
  'ecc.errors.uncorrected.volatile.total',
  'gpu_recovery_action',
] as const
const appFields = ['gpu_uuid', 'pid', 'used_memory', 'process_name'] as const
const listOnly = '--format=csv,noheader'

/**
 * The only place that runs nvidia-smi once and waits for it. One run at a time, each with a deadline; one that survives SIGKILL is
 * left to itself, and until it is gone every question is answered at once with `wedged`. Methods never reject.
 */
export class NvidiaSmi implements AsyncDisposable {
  readonly #program: string
  readonly #options: Required<Pick<NvidiaSmiOptions, 'environment' | 'deadlineMs' | 'maxOutputBytes'>>
  readonly #clock: Clock
  readonly #queue = new Exclusive()
  readonly #closing = new AbortController()
  #wedgedSinceMs: number | undefined
  #lastReport: Extract<GpuReport, { readonly state: 'ok' }> | undefined

  constructor(options: NvidiaSmiOptions) {
    this.#program = options.program ?? 'nvidia-smi'
    this.#options = {
      environment: options.environment,
      deadlineMs: options.deadlineMs ?? 15_000,
      maxOutputBytes: options.maxOutputBytes ?? 8 * 1024 * 1024,
    }
    this.#clock = options.clock ?? systemClock
  }

  /** Everything about every GPU. The dearest question: about 0.1 s a GPU. */
  async report(signal?: AbortSignal): Promise<GpuReport> {
    const answer = await this.#ask(['-q', '-x'], parseReport, signal)
    this.#lastReport = answer.state === 'ok' ? answer : undefined
    return answer
  }

  /** The last report if it is not older, no matter who asked for it; else a new one. */
  async recentReport(mostAgeMs: number, signal?: AbortSignal): Promise<GpuReport> {
    const last = this.#lastReport
    return last && this.#clock.monotonicMs() - last.atMonotonicMs <= mostAgeMs ? last : this.report(signal)
  }

  /** Which NVLinks are up. */
  nvLinks(signal?: AbortSignal): Promise<Answer<readonly GpuNvLinks[]>> {
    return this.#ask(['nvlink', '--status'], parseNvLinkStatus, signal)
  }

  /** Errors that NVLinks have counted. */
  nvLinkErrors(signal?: AbortSignal): Promise<Answer<readonly GpuNvLinkErrors[]>> {
    return this.#ask(['nvlink', '-e'], parseNvLinkErrors, signal)
  }

  /** The fields of `usageFields` of every GPU. */
  usage(signal?: AbortSignal): Promise<Answer<readonly QueriedGpu[]>> {
    return this.#ask([`--query-gpu=${usageFields.join(',')}`, listOnly], (output) => parseQueryGpu(output, usageFields), signal)
  }

  /** The processes that compute on any GPU; all of them, or a failure. */
  computeApps(signal?: AbortSignal): Promise<Answer<readonly ComputeApp[]>> {
    return this.#ask([`--query-compute-apps=${appFields.join(',')}`, listOnly], wholeAppList, signal)
  }

  /** How the GPUs are joined. */
  topology(signal?: AbortSignal): Promise<Answer<Topology>> {
    return this.#ask(['topo', '-m'], parseTopology, signal)
  }

  /** Kills a run in flight and waits a second for it at most. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    await withDeadline(this.#queue.idle(), 1000, 'the end of nvidia-smi').catch(() => {})
  }

  #ask<T>(args: readonly string[], parse: (output: string) => Parsed<T>, signal?: AbortSignal): Promise<Answer<T>> {
    const stop = signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal
    return this.#queue.run('nvidia-smi', async () => {
      const atMonotonicMs = this.#clock.monotonicMs()
      if (stop.aborted) return failed('aborted', 'the caller gave up before nvidia-smi was asked')
      if (this.#wedgedSinceMs !== undefined) return this.#stillWedged(atMonotonicMs - this.#wedgedSinceMs)
      const run = await runBounded(this.#program, args, { ...this.#options, signal: stop })
      if ('gone' in run) this.#remember(run.gone, atMonotonicMs)
      return this.#answer(run, parse, atMonotonicMs)
    })
  }

  #remember(gone: Promise<void>, sinceMs: number): void {
    this.#wedgedSinceMs = sinceMs
    void gone.then(() => {
      this.#wedgedSinceMs = undefined
    })
  }

  #stillWedged(forMs: number): Failed {
    return failed(
      'wedged',
      `an nvidia-smi that was killed has not ended for ${Math.round(forMs / 1000)} s: the driver hangs; a reboot is the usual remedy`,
    )
  }

  #answer<T>(run: BoundedRun, parse: (output: string) => Parsed<T>, atMonotonicMs: number): Answer<T> {
    switch (run.kind) {
      case 'late':
        return failed('deadline', `${this.#program} did not answer within ${this.#options.deadlineMs} ms`)
      case 'too-long':
        return failed('too-long', `${this.#program} printed more than ${this.#options.maxOutputBytes} bytes`)
      case 'aborted':
        return failed('aborted', 'the caller gave up while nvidia-smi ran')
      case 'not-started':
        return run.errno === 'ENOENT'
          ? { state: 'absent', reason: 'not-installed', detail: `${this.#program} is not installed` }
          : failed('not-started', `${this.#program} could not be run: ${run.message}`)
      case 'exited':
        return interpret(run.code, run.output, parse, atMonotonicMs)
    }
  }
}

/** A GPU that could not be asked may have processes too: rows beside an error text are not the whole list. */
const wholeAppList = (output: string): Parsed<readonly ComputeApp[]> => {
  const failure = failureIn(output)
  return failure ? { ok: false, failure } : parseComputeApps(output, appFields)
}

const interpret = <T>(code: number | null, output: string, parse: (output: string) => Parsed<T>, atMonotonicMs: number): Answer<T> => {
  const result = parse(output)
  // An empty list is only believed from a run that succeeded.
  if (result.ok && (code === 0 || output.trim() !== '')) return { state: 'ok', value: result.value, atMonotonicMs }
  const failure = result.ok ? failureIn(output) : result.failure
  if (failure?.kind === 'no-devices') return { state: 'absent', reason: 'no-devices', detail: failure.message }
  return failed(failure?.kind ?? 'unreadable', `${failure?.message ?? 'nvidia-smi printed nothing'} (exit code ${code ?? 'none'})`)
}

const failed = (reason: Failed['reason'], detail: string): Failed => ({ state: 'failed', reason, detail })
