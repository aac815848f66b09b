import type { Clock } from '../../shared/clock/clock.ts'
import type { Log } from '../../shared/log/log.ts'
import type { TuningProfile } from '../../shared/tuning/profile.ts'
import { applyProfile, type Operation, type Outcome, revertProfile } from './apply.ts'
import { targetId } from './change.ts'
import { lockHost } from './host-lock.ts'
import { emptyJournal, type Journal, journalFile, readJournal } from './journal.ts'
import { type Look, lookAt, type TunedHost } from './look.ts'
import { readBootId } from './places.ts'
import { removeLeftover, type StepHook } from './replace-file.ts'
import { recover } from './transact.ts'

export interface AppliedTuningOptions {
  /** The agent's data directory. */
  readonly stateDir: string
  readonly host: TunedHost
  readonly clock: Clock
  readonly log: Log
  /** Before every single change of the host; tests halt there. */
  readonly onStep?: StepHook
}

/**
 * What this agent has done to its host and can undo: the journal, the lock that it holds from the first change on, and what the host did not
 * take. Not to be used by two at once.
 */
export class AppliedTuning implements AsyncDisposable {
  readonly #options: AppliedTuningOptions
  #journal: Journal = emptyJournal
  #lock: AsyncDisposable | undefined
  /** By targetId. */
  #refused: ReadonlyMap<string, string> = new Map()

  constructor(options: AppliedTuningOptions) {
    this.#options = options
  }

  get journal(): Journal {
    return this.#journal
  }

  /** Ends an interrupted transaction: apply is taken back, revert is finished. Rejects when it cannot. */
  async recover(): Promise<void> {
    const { stateDir } = this.#options
    await removeLeftover(journalFile(stateDir))
    this.#journal = await readJournal(stateDir)
    if (!this.#journal.transaction) return
    await this.#takeLock()
    this.#journal = await recover(this.#context(), this.#journal)
  }

  async apply(profile: TuningProfile, byHand: boolean, signal: AbortSignal): Promise<Outcome> {
    const outcome = await applyProfile(await this.#begin(signal), profile, byHand)
    this.#journal = outcome.journal
    this.#refused = new Map(outcome.refusals.map(({ change, message }) => [targetId(change), message]))
    return outcome
  }

  /** Gives everything back. The profile of the digest `declined`, if any, is not applied again by itself. */
  async revert(declined: string, signal: AbortSignal): Promise<Outcome> {
    const outcome = await revertProfile(await this.#begin(signal), declined)
    this.#journal = outcome.journal
    return outcome
  }

  /** Changes nothing. */
  look(profile: TuningProfile, signal: AbortSignal): Promise<Look> {
    return lookAt(this.#options.host, profile, { holdings: this.#journal.holdings, refused: this.#refused }, signal)
  }

  /** Whether all of it was done since the host booted: what no file holds is gone after a boot, and that is nobody's doing. */
  async isOfThisBoot(): Promise<boolean> {
    return this.#journal.bootId === (await readBootId(this.#options.host.places))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lock?.[Symbol.asyncDispose]()
    this.#lock = undefined
  }

  /** Before anything is changed: the lock, and an end to whatever is unfinished. */
  async #begin(signal: AbortSignal): Promise<Operation> {
    const { host, stateDir, clock } = this.#options
    await this.#takeLock()
    const context = this.#context()
    this.#journal = await recover(context, await readJournal(stateDir))
    return { host, context, journal: this.#journal, bootId: await readBootId(host.places), nowUnixMs: clock.unixMs(), signal }
  }

  async #takeLock(): Promise<void> {
    this.#lock ??= await lockHost(this.#options.host.places)
  }

  #context() {
    const { stateDir, host, log, onStep = () => {} } = this.#options
    return { stateDir, accesses: host.accesses, onStep, log }
  }
}
