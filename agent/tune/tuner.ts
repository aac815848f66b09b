import { HostlerError, messageOf } from '../../shared/errors/hostler-error.ts'
import { Exclusive } from '../../shared/lifecycle/exclusive.ts'
import { Wake } from '../../shared/lifecycle/wake.ts'
import type { TuneAction, TuneAnswer, TuneRow } from '../../shared/tuning/answer.ts'
import type { TuningProfile } from '../../shared/tuning/profile.ts'
import { type TuningStatus, untuned } from '../../shared/tuning/status.ts'
import { AppliedTuning, type AppliedTuningOptions } from './applied-tuning.ts'
import type { Outcome } from './apply.ts'
import { type Drift, declinedStatus, driftsOf, failedStatus, hasDrifted, statusAfterApply, statusAfterLook } from './drift.ts'
import { conflictsOf, tuneRowOf } from './rows.ts'

export interface TunerOptions extends AppliedTuningOptions {
  /** Between two looks for drift. Default 5 minutes. */
  readonly checkEveryMs?: number
  readonly onDrift?: (drift: Drift) => void
}

const defaultCheckEveryMs = 300_000

/**
 * Keeps one host tuned to its profile. It touches nothing until a profile is given, gives everything back when the profile is taken away, and leaves
 * alone what others see to. All that changes the host runs one after another.
 */
export class Tuner implements AsyncDisposable {
  readonly #options: TunerOptions
  readonly #queue = new Exclusive()
  readonly #wake = new Wake()
  readonly #listeners = new Set<(status: TuningStatus) => void>()
  readonly #applied: AppliedTuning
  #status: TuningStatus = untuned
  /** undefined: nobody said yet what this host should be. */
  #wanted: { readonly profile: TuningProfile | undefined } | undefined
  /** Drift that was told and is still there. */
  #told: ReadonlySet<string> = new Set()

  private constructor(options: TunerOptions) {
    this.#options = options
    this.#applied = new AppliedTuning(options)
  }

  /** Reads the journal and ends what a crash interrupted. Never rejects: what is wrong is the status. */
  static async open(options: TunerOptions): Promise<Tuner> {
    const tuner = new Tuner(options)
    try {
      await tuner.recover()
    } catch (error) {
      options.log.error('tuning cannot go on', { error })
      tuner.#tell({ ...untuned, state: 'failed', message: messageOf(error) })
    }
    return tuner
  }

  /** Ends an interrupted transaction: apply is taken back, revert is finished. Rejects when it cannot. */
  recover(): Promise<void> {
    return this.#queue.run('host', async () => {
      await this.#applied.recover()
      const { profile, digest } = this.#applied.journal
      if (profile !== '') this.#tell({ ...untuned, profile, digest, state: 'pending', message: 'not looked at since the agent started' })
    })
  }

  /** What the host's spec says. undefined: no profile, so what was tuned is given back. */
  setProfile(profile: TuningProfile | undefined): void {
    this.#wanted = { profile }
    if (profile && profile.digest !== this.#status.digest)
      this.#tell({ ...untuned, profile: profile.name, digest: profile.digest, state: 'pending', message: '' })
    this.#wake.wake()
  }

  status(): TuningStatus {
    return this.#status
  }

  /** Calls back at every change of the status; returns how to stop that. */
  onChange(listener: (status: TuningStatus) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Applies, checks for drift and mends until the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { checkEveryMs = defaultCheckEveryMs, log } = this.#options
    this.#wake.wake()
    while (!signal.aborted) {
      await this.#wake.wait(checkEveryMs, signal)
      if (signal.aborted) return
      await this.check(signal).catch((error) => {
        if (!signal.aborted) log.error('tuning failed', { error })
      })
    }
  }

  /** One round: brings the host to what is wanted, or looks whether it still holds. Rejects with what `status` then says too. */
  check(signal: AbortSignal): Promise<void> {
    return this.#queue.run('host', async () => {
      const profile = this.#wanted?.profile
      if (!this.#wanted && !this.#applied.journal.byHand) return
      try {
        const held = profile ?? this.#applied.journal.byHand
        if (held) await this.#hold(held, signal)
        else if (this.#applied.journal.profile !== '' || this.#applied.journal.declined !== '')
          this.#reverted(await this.#applied.revert('', signal))
        else if (this.#status.state !== 'none') this.#tell(untuned)
      } catch (error) {
        if (!signal.aborted) this.#failed(profile, error)
        throw error
      }
    })
  }

  /** Answers `hostler tune`. Without a profile it is about that of the spec. Rejects with what to do about it. */
  answer(action: TuneAction, given: TuningProfile | undefined, signal: AbortSignal): Promise<TuneAnswer> {
    return this.#queue.run('host', async () => {
      const wanted = this.#wanted?.profile
      const held = wanted ?? this.#applied.journal.byHand ?? undefined
      const profile = given ?? held
      if (action === 'revert') return this.#answerOf('revert', this.#reverted(await this.#applied.revert(wanted?.digest ?? '', signal)))
      if (!profile)
        return this.#say(action, 'no profile is wanted for this host; name one with "hostler tune apply --profile", or in a Host document')
      if (action === 'apply') {
        if (given && wanted && given.digest !== wanted.digest)
          throw new HostlerError(
            'CONFLICT',
            `this host is to be tuned to the profile ${wanted.name}, and would be tuned back from ${given.name}; change the profile of the host instead`,
          )
        return this.#answerOf('apply', await this.#apply(profile, signal, wanted === undefined))
      }
      return this.#compare(action, profile, signal)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#queue.idle()
    await this.#applied[Symbol.asyncDispose]()
  }

  async #apply(profile: TuningProfile, signal: AbortSignal, byHand = false): Promise<Outcome> {
    try {
      const outcome = await this.#applied.apply(profile, byHand, signal)
      this.#told = new Set()
      this.#tell(statusAfterApply(profile, outcome, this.#now()))
      return outcome
    } catch (error) {
      if (!signal.aborted) this.#failed(profile, error)
      throw error
    }
  }

  /** Applies a profile that is not applied yet; of one that is, looks whether it still holds. */
  async #hold(profile: TuningProfile, signal: AbortSignal): Promise<void> {
    const { name, digest } = profile
    if (this.#applied.journal.declined === digest) return this.#tell(declinedStatus(profile, this.#now()))
    const byHand = this.#applied.journal.byHand !== null && this.#wanted?.profile === undefined
    const isApplied =
      this.#applied.journal.digest === digest &&
      this.#applied.journal.profile === name &&
      byHand === (this.#applied.journal.byHand !== null)
    if (!isApplied || !(await this.#applied.isOfThisBoot())) {
      await this.#apply(profile, signal, byHand)
      return
    }
    const look = await this.#applied.look(profile, signal)
    const drifts = driftsOf(look, this.#applied.journal.holdings, this.#options.host.places.root)
    for (const drift of drifts) if (!this.#told.has(JSON.stringify(drift))) this.#drifted(drift)
    this.#told = new Set(drifts.map((drift) => JSON.stringify(drift)))
    // Also what is mended at once is told first: somebody changes this host.
    this.#tell(statusAfterLook(look, this.#now()))
    if (hasDrifted(look) && profile.onDrift === 'mend') await this.#apply(profile, signal, byHand)
  }

  #drifted(drift: Drift): void {
    this.#options.log.warn('a tuned setting was changed', { setting: drift.key, from: drift.from, to: drift.to, mended: drift.mended })
    this.#options.onDrift?.(drift)
  }

  #reverted(outcome: Outcome): Outcome {
    this.#tell({ ...untuned, message: outcome.message, checkedUnixMs: this.#now() })
    return outcome
  }

  #failed(profile: TuningProfile | undefined, error: unknown): void {
    this.#tell(failedStatus(profile, messageOf(error), this.#now()))
  }

  async #compare(action: TuneAction, profile: TuningProfile, signal: AbortSignal): Promise<TuneAnswer> {
    const { plan } = await this.#applied.look(profile, signal)
    const rows = plan.rows.map((planned) => tuneRowOf(planned, this.#applied.journal.holdings.live))
    return { ...this.#say(action, this.#status.message), profile: profile.name, rows, conflicts: [...conflictsOf(plan.rows)] }
  }

  #answerOf(action: TuneAction, { rows, conflicts, message }: Outcome): TuneAnswer {
    return { ...this.#say(action, message), rows: rows as TuneRow[], conflicts: [...conflicts] }
  }

  #say(action: TuneAction, message: string): TuneAnswer {
    const { profile, state } = this.#status
    return { action, profile, atUnixMs: this.#now(), state, message, rows: [], conflicts: [] }
  }

  #now(): number {
    return this.#options.clock.unixMs()
  }

  #tell(status: TuningStatus): void {
    this.#status = status
    for (const listener of this.#listeners) listener(status)
  }
}
