import cron from 'node-cron'
import type { Clock } from '../../shared/clock/clock.ts'
import { subjects } from '../../shared/diagnosis/subjects.ts'
import { HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import type { Log } from '../../shared/log/log.ts'
import type { Diagnosis } from './diagnosis.ts'
import type { Outbox } from './outbox.ts'

export interface ScheduleOptions {
  readonly diagnosis: Diagnosis
  readonly outbox: Outbox
  readonly jitterMs: number
  readonly clock: Clock
  readonly log: Log
}

const lookBackMs = 60 * 60_000

/** Throws CONFIG_INVALID. */
export const checkedSchedule = (expression: string): string => {
  if (expression === '' || cron.validate(expression)) return expression
  throw new HostlerError(
    'CONFIG_INVALID',
    `diagnosis.schedule is "${expression}"; expected a cron expression such as "23 * * * *", or nothing`,
  )
}

/** Looks at everything on a schedule, jittered, never two at once. The schedule can be changed while it runs. */
export class DiagnosisSchedule implements AsyncDisposable {
  readonly #options: ScheduleOptions
  readonly #stopping = new AbortController()
  #expression = ''
  #task: ReturnType<typeof cron.schedule> | undefined
  #running: Promise<void> = Promise.resolve()

  constructor(options: ScheduleOptions) {
    this.#options = options
  }

  /** Empty: none. An expression that cannot be read is told and leaves the former one in force. */
  set(expression: string): void {
    if (expression === this.#expression || this.#stopping.signal.aborted) return
    const { jitterMs, log } = this.#options
    if (expression !== '' && !cron.validate(expression)) {
      log.warn('diagnosis schedule refused', { expression, inForce: this.#expression })
      return
    }
    this.#expression = expression
    void this.#task?.destroy()
    this.#task =
      expression === ''
        ? undefined
        : cron.schedule(expression, () => this.#begin(), { noOverlap: true, name: 'diagnosis', maxRandomDelay: jitterMs })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort()
    await this.#task?.destroy()
    await this.#running
  }

  #begin(): Promise<void> {
    this.#running = this.#lookAtAll()
    return this.#running
  }

  async #lookAtAll(): Promise<void> {
    const { diagnosis, outbox, clock, log } = this.#options
    const { signal } = this.#stopping
    for (const subject of subjects) {
      const toUnixMs = clock.unixMs()
      try {
        outbox.put(await diagnosis.run({ subject, trigger: 'schedule', cause: '', fromUnixMs: toUnixMs - lookBackMs, toUnixMs }, signal))
      } catch (error) {
        if (signal.aborted) return
        log.warn('a scheduled diagnosis failed', { subject, reason: messageOf(error) })
      }
    }
  }
}
