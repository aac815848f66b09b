import type { Clock } from '../../../shared/clock/clock.ts'
import { happened } from '../../../shared/diagnosis/found.ts'
import type { TimelineEvent } from '../../../shared/diagnosis/timeline.ts'
import { errnoOf, messageOf } from '../../../shared/errors/hostler-error.ts'
import { untilBeat } from '../../../shared/lifecycle/beat.ts'
import { pause } from '../../../shared/lifecycle/deadline.ts'
import type { Log } from '../../../shared/log/log.ts'
import { KernelEventReader, type Whose } from './events.ts'
import { KernelLog } from './reader.ts'

export interface KernelWatchOptions {
  readonly whose: Whose
  readonly onEvent: (event: TimelineEvent) => void
  readonly clock: Clock
  readonly log: Log
  readonly path?: string
  readonly pollMs?: number
}

/** Whether the kernel's log is read, and since when; errno is empty while it is. */
export interface KernelWatchState {
  readonly reading: boolean
  readonly errno: string
  readonly problem: string
}

const defaultPollMs = 1_000
const reopenMs = 60_000
/** Milliseconds between the Unix epoch and the zero of the monotonic clock, which is the kernel's own for its log. */
const bootUnixMs = (clock: Clock): number => clock.unixMs() - Number(process.hrtime.bigint() / 1_000n) / 1_000

/** Follows the kernel's log from its oldest record on, and puts what it tells on the timeline. It never waits for the kernel. */
export class KernelWatch {
  readonly #options: KernelWatchOptions
  readonly #reader: KernelEventReader
  #state: KernelWatchState = { reading: false, errno: '', problem: 'the log was not opened yet' }
  #lastSequence = -1

  constructor(options: KernelWatchOptions) {
    this.#options = options
    this.#reader = new KernelEventReader(options.whose)
  }

  /** For checks: what may not be read is UNKNOWN, not well. */
  get state(): KernelWatchState {
    return this.#state
  }

  /** Runs until the signal aborts. Never rejects: a log that cannot be read is said once, and tried again. */
  async run(signal: AbortSignal): Promise<void> {
    const { log, path } = this.#options
    let told = ''
    while (!signal.aborted) {
      try {
        using kernelLog = KernelLog.open(path)
        this.#state = { reading: true, errno: '', problem: '' }
        await this.#follow(kernelLog, signal)
      } catch (error) {
        const problem = messageOf(error)
        this.#state = { reading: false, errno: errnoOf(error), problem }
        if (problem !== told) log.warn("the kernel's log cannot be read", { path: path ?? '/dev/kmsg', problem })
        told = problem
        await pause(reopenMs, signal)
      }
    }
  }

  async #follow(kernelLog: KernelLog, signal: AbortSignal): Promise<void> {
    const { clock, pollMs = defaultPollMs } = this.#options
    let polledUnixMs: number | undefined
    while (!signal.aborted) {
      const nowUnixMs = clock.unixMs()
      const offsetMs = bootUnixMs(clock)
      for await (const { record, lost } of kernelLog.read(signal)) {
        // A log that is opened again begins with what was read before.
        if (record.sequence <= this.#lastSequence) continue
        this.#lastSequence = record.sequence
        const said = offsetMs + record.sinceBootMs
        // The kernel's clock wanders from the monotonic one; what came since the last look happened since then.
        const atUnixMs = polledUnixMs === undefined ? Math.min(said, nowUnixMs) : Math.min(Math.max(said, polledUnixMs), clock.unixMs())
        if (lost > 0) this.#tell([this.#gap(lost, atUnixMs)])
        this.#tell(this.#reader.take({ text: record.text, fragment: record.fragment, atUnixMs }))
      }
      this.#tell(this.#reader.flush())
      polledUnixMs = nowUnixMs
      await pause(untilBeat(clock.monotonicMs(), pollMs), signal)
    }
  }

  #gap(records: number, atUnixMs: number): TimelineEvent {
    return happened('kernel.log-gap', { atUnixMs, source: 'kernel', subject: 'host', params: { records } })
  }

  #tell(events: readonly TimelineEvent[]): void {
    for (const event of events) this.#options.onEvent(event)
  }
}
