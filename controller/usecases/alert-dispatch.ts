import { messageOf } from '../../shared/errors/hostler-error.ts'
import { backoffMs } from '../../shared/lifecycle/backoff.ts'
import type { Log } from '../../shared/log/log.ts'
import type { Notice } from '../domain/alert/model.ts'
import type { AlertReceiver } from '../domain/alert/receiver-schema.ts'
import { isPermanent } from '../notify/refusal.ts'
import type { StoreChange } from '../store/store.ts'
import { event, type UseCaseContext } from './context.ts'

/** Resolves when the receiver took the notice; rejects with why not. Safe to repeat. */
export type SendNotice = (receiver: AlertReceiver, notice: Notice, signal: AbortSignal) => Promise<string>

export interface AlertDispatchOptions {
  readonly context: UseCaseContext
  readonly receivers: () => ReadonlyMap<string, AlertReceiver>
  readonly send: SendNotice
  /** How long a notice is worth trying. */
  readonly giveUpMs: number
  readonly log: Log
}

const retry = { firstMs: 5_000, factor: 2, capMs: 300_000 } as const

/**
 * Sends what is stored, for each receiver in order and one at a time; receivers do not wait for each other. A notice leaves the outbox only after
 * it was taken: what a crash interrupts is sent again, under the same id.
 */
export class AlertDispatch {
  readonly #options: AlertDispatchOptions
  readonly #busy = new Map<string, Promise<void>>()
  readonly #outcomes = new Map<string, { sent: number; failed: number }>()

  constructor(options: AlertDispatchOptions) {
    this.#options = options
  }

  /** Starts on everything that is due. */
  kick(signal: AbortSignal): void {
    const { context, log } = this.#options
    for (const receiver of new Set([...context.ledger.facts.alerting.waiting.values()].map((notice) => notice.receiver))) {
      if (this.#busy.has(receiver)) continue
      const work = this.#sendAll(receiver, signal)
        .catch((error: unknown) => log.warn('notices not sent', { receiver, error: messageOf(error) }))
        .finally(() => this.#busy.delete(receiver))
      this.#busy.set(receiver, work)
    }
  }

  /** By receiver, since the start. */
  get outcomes(): ReadonlyMap<string, { readonly sent: number; readonly failed: number }> {
    return this.#outcomes
  }

  /** Resolves when nothing is on its way. */
  async idle(): Promise<void> {
    await Promise.all(this.#busy.values())
  }

  async #sendAll(name: string, signal: AbortSignal): Promise<void> {
    const { context, receivers } = this.#options
    while (!signal.aborted) {
      const [next] = [...context.ledger.facts.alerting.waiting.values()].filter(({ receiver }) => receiver === name)
      const receiver = receivers().get(name)
      if (!next || !receiver || next.nextAttemptUnixMs > context.clock.unixMs()) return
      if (!(await this.#attempt(receiver, next, signal))) return
    }
  }

  /** False: it has to wait. */
  async #attempt(receiver: AlertReceiver, notice: Notice, signal: AbortSignal): Promise<boolean> {
    const { send, log } = this.#options
    const attempts = notice.attempts + 1
    try {
      await send(receiver, notice, signal)
    } catch (error) {
      // Stopped in the middle: whether it was taken is not known, so it is sent again after the start.
      if (signal.aborted) return false
      log.warn('notice not sent', { receiver: receiver.name, notice: notice.id, attempts, error: messageOf(error) })
      return this.#failed({ ...notice, attempts, problem: messageOf(error).slice(0, 500) }, isPermanent(error))
    }
    if (notice.kind === 'repeat') this.#count(notice.receiver, 'sent')
    await this.#store(
      notice.kind === 'repeat' ? [{ kind: 'deleteNotice', id: notice.id }] : [this.#ended({ ...notice, attempts, problem: '' }, 'sent')],
    )
    return true
  }

  async #failed(notice: Notice, permanent: boolean): Promise<boolean> {
    const { context, giveUpMs } = this.#options
    const now = context.clock.unixMs()
    const givenUp = permanent || now - notice.createdUnixMs >= giveUpMs
    if (!givenUp) {
      const nextAttemptUnixMs = now + backoffMs(notice.attempts - 1, retry)
      await this.#store([{ kind: 'putNotice', notice: { ...notice, nextAttemptUnixMs } }])
      return false
    }
    const rules = [...new Set(notice.alerts.map(({ rule }) => rule))].join(', ')
    const text = `${notice.receiver} could not be told of ${rules} after ${notice.attempts} attempts: ${notice.problem}`
    await this.#store([this.#ended(notice, 'failed'), event(context, 'error', 'AlertNoticeFailed', `receiver/${notice.receiver}`, text)])
    return true
  }

  #count(receiver: string, outcome: 'sent' | 'failed'): void {
    const known = this.#outcomes.get(receiver) ?? { sent: 0, failed: 0 }
    known[outcome] += 1
    this.#outcomes.set(receiver, known)
  }

  #ended(notice: Notice, state: 'sent' | 'failed'): StoreChange {
    this.#count(notice.receiver, state)
    return { kind: 'putNotice', notice: { ...notice, state, endedUnixMs: this.#options.context.clock.unixMs() } }
  }

  /** A notice that was ended meanwhile, with its receiver, stays so. */
  async #store(changes: readonly StoreChange[]): Promise<void> {
    await this.#options.context.ledger.transact(({ alerting }) => ({
      changes: changes.filter((change) => change.kind !== 'putNotice' || alerting.waiting.has(change.notice.id)),
      result: undefined,
    }))
  }
}
