import { afterLook, afterProbe, begun, findingOf, lookEveryMs, type Seen, type Silence, type SilencePolicy, type Verdict } from './plan.ts'
import { probe } from './probe.ts'

export interface Watched {
  readonly origin: string
  readonly see: () => Seen & { readonly draining: boolean }
  /** What a probe found changes something. `code`: how the connection failed; '' when it did not. */
  readonly judge: (verdict: Exclude<Verdict, 'nothing'>, code: string) => void
}

/** Looks at one replica while it owes answers: one timer, and one probe at a time. Costs a request nothing. */
export class SilenceWatch {
  readonly #policy: SilencePolicy
  readonly #watched: Watched
  readonly #ended = new AbortController()
  #silence: Silence | undefined
  #timer: NodeJS.Timeout | undefined
  #probing = false

  constructor(policy: SilencePolicy, watched: Watched) {
    this.#policy = policy
    this.#watched = watched
  }

  /** It owes an answer. Does nothing while the watch runs. */
  begin(): void {
    if (this.#timer || this.#policy.afterMs === 0 || this.#ended.signal.aborted) return
    this.#silence = begun(this.#watched.see())
    this.#timer = setInterval(() => this.#look(), lookEveryMs(this.#policy))
  }

  /** For good. */
  end(): void {
    this.#ended.abort()
    this.#stop()
  }

  #stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#silence = undefined
  }

  #look(): void {
    if (this.#probing || !this.#silence) return
    const { silence, step } = afterLook(this.#silence, this.#watched.see(), this.#policy)
    this.#silence = silence
    if (step === 'stop') this.#stop()
    if (step === 'probe') this.#probe()
  }

  async #probe(): Promise<void> {
    const { signal } = this.#ended
    this.#probing = true
    const code = await probe(this.#watched.origin, this.#policy.probeTimeoutMs, signal)
    this.#probing = false
    if (signal.aborted || !this.#silence) return
    const seen = this.#watched.see()
    const { silence, verdict } = afterProbe(this.#silence, findingOf(code, seen.draining), seen)
    this.#silence = silence
    if (verdict !== 'nothing') this.#watched.judge(verdict, code)
    this.#look()
  }
}
